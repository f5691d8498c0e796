"""Settings: the only place that reads the environment and `.env`."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set from outside. Each field is an environment variable of the same name."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    slack_bot_token: SecretStr = Field(SecretStr(""), description="The bot's token (xoxb-…), from OAuth & Permissions.")
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        description="The app-level token (xapp-…, scope connections:write) for Socket Mode. Without it: HTTP.",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="The signing secret, from Basic Information; needed for HTTP."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's Web API is.")
    database_url: str = Field(
        "sqlite:///multiplier.db", description="SQLAlchemy URL of the database: sqlite or postgresql."
    )
    database_pool_size: int = Field(5, ge=1, le=200, description="Connections to the database that are kept open.")
    database_pool_overflow: int = Field(5, ge=0, le=200, description="Further connections while there is much to do.")
    database_statement_timeout_ms: int = Field(
        10_000, ge=100, description="PostgreSQL ends a statement after this time; SQLite waits so long for its writer."
    )
    encryption_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that tokens are sealed with (`multiplier db new-key`), the newest first, commas between.",
    )
    encrypt_evidence: bool = Field(
        False, description="Seal people's words with the same keys. Searching then reads them one by one in memory."
    )
    slack_client_id: str = Field("", description="From Basic Information; for installing in many workspaces by OAuth.")
    slack_client_secret: SecretStr = Field(SecretStr(""), description="From Basic Information; for OAuth.")
    removed_data_days: int = Field(
        30, ge=0, description="Days for which the data of a workspace is kept after the app was removed from it."
    )
    entries_kept_days: int = Field(
        0, ge=0, description="Days after its last change on which an entry is deleted for good; 0: its owner decides."
    )
    questions_file: str = Field(
        "", description="A YAML file of questions to add to the product's; {team} in it stands for the workspace's id."
    )
    invite: str = Field(
        "",
        description="Slack ids, separated by commas, of people whom the bot introduces itself to at its start, once.",
    )
    ladder_file: str = Field(
        "",
        description="A YAML file of career levels in place of the product's; {team} stands for the workspace's id.",
    )
    llm_model: str = Field(
        "",
        description="A language model outside the bot, such as openai:gpt-5-mini; empty: none, and no text leaves.",
    )
    llm_base_url: str = Field("", description="Where it is, for a server compatible with OpenAI's, as on this machine.")
    llm_api_key: SecretStr = Field(
        SecretStr(""), description="Its key; without one the provider's own variable counts, such as OPENAI_API_KEY."
    )
    llm_timeout_seconds: float = Field(20.0, gt=0, le=90, description="How long one answer of it may take.")
    public_url: str | None = Field(
        None, description="Where the HTTP server is reached from outside; without it nothing can be shared."
    )
    port: int = Field(3000, ge=0, le=65535, description="Port of the HTTP server.")
    watch_port: int | None = Field(
        None, ge=0, le=65535, description="Port for /health and /metrics in Socket Mode; over HTTP they are at PORT."
    )
    host: str = Field("127.0.0.1", description="Address the HTTP server listens on.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="One JSON object a line, for machines.")
