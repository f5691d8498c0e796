# Runs as an ordinary user; needs to write to /data only, so `--read-only --tmpfs /tmp` works.
FROM python:3.11-slim

RUN pip install --no-cache-dir uv && useradd --create-home --uid 10001 multiplier
WORKDIR /app
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY prompts prompts
COPY storage storage
COPY bot bot
RUN uv sync --no-dev --no-cache

ENV PATH="/app/.venv/bin:$PATH" DATABASE_URL="sqlite:////data/multiplier.db" HOST="0.0.0.0" PYTHONDONTWRITEBYTECODE=1
RUN mkdir /data && chown multiplier /data
VOLUME /data
USER multiplier
EXPOSE 3000
CMD ["multiplier", "run"]
