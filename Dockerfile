# Runs as an ordinary user; needs to write to /data only, so `--read-only --tmpfs /tmp` works.
FROM python:3.11-slim

RUN pip install --no-cache-dir uv && useradd --create-home --uid 10001 multiplier
WORKDIR /app
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY prompts prompts
COPY storage storage
COPY bot bot
RUN uv sync --no-dev --no-cache

# Two malloc arenas: with one for each thread, freed memory lies about in all of them and the process seems to grow.
ENV PATH="/app/.venv/bin:$PATH" DATABASE_URL="sqlite:////data/multiplier.db" HOST="0.0.0.0" PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2
RUN mkdir /data && chown multiplier /data
VOLUME /data
USER multiplier
EXPOSE 3000
CMD ["multiplier", "run"]
