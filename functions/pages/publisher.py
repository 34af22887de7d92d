"""Who publishes and who hosts the site, as French law wants it on every site (law 2004-575, article 6 III)."""

from dataclasses import dataclass

from shared.explanations.translations import Language, translate
from shared.runtime.settings import settings


@dataclass(frozen=True, slots=True)
class Publisher:
    """What the page shows."""

    particulars: list[tuple[str, str]]  # label and value of each that is set
    notice: str | None  # why some are missing


def publisher(language: Language) -> Publisher:
    """The publisher by the settings; on a developer's machine there need not be one."""
    config = settings()
    values = [
        (translate("page_publisher_name", language), config.publisher_name),
        (translate("page_publisher_address", language), config.publisher_address),
        (translate("page_publisher_contact", language), config.publisher_contact),
        (translate("page_publication_director", language), config.publication_director),
        (translate("page_hosting_provider", language), config.hosting_provider),
    ]
    particulars = [(label, value) for label, value in values if value]
    if len(particulars) == len(values):
        return Publisher(particulars, None)
    is_local = config.app_env == "development"
    notice = translate("page_publisher_local" if is_local else "page_publisher_missing", language)
    return Publisher(particulars, notice)
