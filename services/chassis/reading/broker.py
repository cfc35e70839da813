"""The connection through which a service hears: made so that nothing is assumed of the broker or of the library."""

from faststream.kafka import KafkaBroker

from services.chassis.settings import ServiceSettings

METADATA_MAX_AGE_MS = 3000


def make_broker(settings: ServiceSettings, service: str) -> KafkaBroker:
    """Make the service's connection to Kafka, through which its subscribers run."""
    return KafkaBroker(
        settings.kafka_bootstrap_servers,
        client_id=f"challenge-{service}",
        metadata_max_age_ms=METADATA_MAX_AGE_MS,
        allow_auto_create_topics=False,
        enable_idempotence=True,
        acks="all",
        apply_types=False,
        logger=None,
        graceful_timeout=5.0,
    )
