"""The warning that French law prescribes wherever bets are shown. It is quoted, so it is no text of the catalogues."""

LEGAL_NOTICE = (
    "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
    "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
)
"""The warning of the arrêté of 29 July 2022 (JORF, 2 August 2022), word for word: never translated or shortened."""
