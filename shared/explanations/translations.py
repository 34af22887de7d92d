"""Every text that people read, in French and in English."""

from collections.abc import Mapping
from enum import StrEnum


class Language(StrEnum):
    """A language that we speak."""

    FR = "fr"
    EN = "en"


LEGAL_NOTICE = (
    "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
    "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
)
"""The warning of the arrêté of 29 July 2022 (JORF, 2 August 2022), word for word: never translated or shortened."""

_TEXTS: dict[str, tuple[str, str]] = {
    "unknown_match": ("Ce match est inconnu.", "This match is unknown."),
    "unknown_route": ("Cette adresse n'existe pas.", "This address does not exist."),
    "unknown_method": (
        "Cette méthode n'est pas possible à cette adresse.",
        "This method is not possible at this address.",
    ),
    "bad_host": (
        "L'en-tête Host ne nomme aucun hôte ; envoyez-le comme `nom` ou `nom:port`.",
        "The header Host names no host; send it as `name` or `name:port`.",
    ),
    "not_json": ("Envoyez le corps en application/json.", "Send the body as application/json."),
    "unreadable": (
        "Le corps n'est pas lisible : une clé y figure deux fois, un caractère n'existe pas, ou il est trop imbriqué ou"
        " trop rempli.",
        "The body cannot be read: a key stands in it twice, a character does not exist, or it is nested too deeply or"
        " holds too much.",
    ),
    # What is wrong with a field of a request, by pydantic's word for it, or by how the word begins; then our own words.
    "invalid_missing": ("Ce champ est nécessaire.", "This field is required."),
    "invalid_extra_forbidden": ("Ce champ est inconnu ici.", "This field is unknown here."),
    "invalid_int": ("Il faut un nombre entier.", "This must be a whole number."),
    "invalid_float": ("Il faut un nombre.", "This must be a number."),
    "invalid_decimal": ("Il faut un nombre décimal, comme 2.10.", "This must be a decimal number such as 2.10."),
    "invalid_decimal_max_digits": ("{max_digits} chiffres au plus.", "{max_digits} digits at most."),
    "invalid_decimal_max_places": ("{decimal_places} décimales au plus.", "{decimal_places} decimals at most."),
    "invalid_decimal_whole_digits": (
        "{whole_digits} chiffres au plus devant la virgule.",
        "{whole_digits} digits at most before the point.",
    ),
    "invalid_finite_number": ("Il faut un nombre fini.", "This must be a finite number."),
    "invalid_multiple_of": ("Il faut un multiple de {multiple_of}.", "This must be a multiple of {multiple_of}."),
    "invalid_greater_than": ("Il faut plus que {gt}.", "This must be more than {gt}."),
    "invalid_greater_than_equal": ("Il faut au moins {ge}.", "This must be at least {ge}."),
    "invalid_less_than": ("Il faut moins que {lt}.", "This must be less than {lt}."),
    "invalid_less_than_equal": ("Il faut au plus {le}.", "This must be at most {le}."),
    "invalid_bool": ("Il faut true ou false.", "This must be true or false."),
    "invalid_string": ("Il faut un texte.", "This must be a text."),
    "invalid_string_too_short": ("Il faut au moins {min_length} caractères.", "At least {min_length} characters."),
    "invalid_string_too_long": ("Il faut au plus {max_length} caractères.", "At most {max_length} characters."),
    "invalid_string_pattern_mismatch": (
        "La forme doit être celle de l'expression {pattern}.",
        "The form must be that of the expression {pattern}.",
    ),
    "invalid_enum": ("Valeurs possibles : {expected}.", "Possible values: {expected}."),
    "invalid_literal": ("Valeurs possibles : {expected}.", "Possible values: {expected}."),
    "invalid_uuid": ("Il faut un identifiant UUID.", "This must be a UUID."),
    "invalid_date": ("Il faut un jour, écrit comme 2024-04-27.", "This must be a day, written as 2024-04-27."),
    "invalid_datetime": (
        "Il faut un instant, écrit comme 2024-04-27T14:00:00Z.",
        "This must be an instant, written as 2024-04-27T14:00:00Z.",
    ),
    "invalid_timezone": ("Il faut un instant avec son fuseau.", "This must be an instant with its zone."),
    "invalid_list": ("Il faut une liste.", "This must be a list."),
    "invalid_too_short": ("Il faut au moins {min_length} éléments.", "At least {min_length} items."),
    "invalid_too_long": ("Il faut au plus {max_length} éléments.", "At most {max_length} items."),
    "invalid_dict": ("Il faut un objet.", "This must be an object."),
    "invalid_model": ("Il faut un objet.", "This must be an object."),
    "invalid_none": ("Il faut null.", "This must be null."),
    "invalid_json": ("Ce n'est pas du JSON.", "This is no JSON."),
    "unknown_zone": (
        "Le fuseau horaire {zone} est inconnu ; la base IANA les nomme comme Europe/Paris.",
        "The time zone {zone} is unknown; the IANA database names them like Europe/Paris.",
    ),
    "invalid_line": (
        "Une ligne est un multiple d'un quart, comme 2.25 ; {line} n'en est pas un.",
        "A line is a multiple of a quarter, such as 2.25; {line} is none.",
    ),
    "invalid_push_endpoint": (
        "Il faut l'adresse d'un service push de Google, Mozilla, Microsoft ou Apple.",
        "This must be the address of a push service of Google, Mozilla, Microsoft or Apple.",
    ),
    "invalid_webhook_address": (
        "Il faut https:// et le nom d'un hôte, sans port, ni utilisateur, ni fragment.",
        "This must be https:// and the name of a host, without a port, a user or a fragment.",
    ),
    "too_large": ("Le corps de la requête est trop grand.", "The body of the request is too large."),
    "unknown_competition": (
        "La compétition {code} est inconnue ; les codes sont {codes}.",
        "Competition {code} is unknown; the codes are {codes}.",
    ),
    "no_standings": ("Il n'y a pas encore de classement pour {code}.", "There is no table for {code} yet."),
    "no_prediction": (
        "Aucune prévision n'est publiée pour ce match : il est trop lointain, ou nous n'en savons pas assez.",
        "No forecast is published for this match: it is too far away, or we do not know enough of it.",
    ),
    "dates_reversed": (
        "date_from doit précéder date_to, de 366 jours au plus.",
        "date_from must come before date_to, by at most 366 days.",
    ),
    "sign_in": ("Connectez-vous pour continuer.", "Please sign in to go on."),
    "token_refused": (
        "Votre connexion n'est pas valable ou a expiré ; reconnectez-vous.",
        "Your sign-in is not valid or has expired; please sign in again.",
    ),
    "account_deleted": ("Ce compte n'existe plus.", "This account no longer exists."),
    "key_refused": ("Cette clé d'API est inconnue ou révoquée.", "This API key is unknown or revoked."),
    "key_scope": ("Cette clé d'API ne permet pas cette action.", "This API key does not allow this action."),
    "key_prices": (
        "Les cotes des opérateurs se lisent ici, mais ne se livrent pas à des programmes.",
        "Operators' prices are shown here, but not handed to programs.",
    ),
    "needs_person": ("Il faut ici une personne connectée.", "A person must be signed in here."),
    "needs_premium": ("Réservé aux abonnés Premium.", "For Premium subscribers only."),
    "needs_elite": ("Réservé aux abonnés Elite.", "For Elite subscribers only."),
    "needs_admin": ("Réservé aux administrateurs.", "For administrators only."),
    "needs_second_factor": (
        "Les administrateurs doivent ici s'être connectés avec deux facteurs.",
        "Administrators must have signed in with two factors here.",
    ),
    "too_many_keys": (
        "Vous avez déjà {most} clés ; révoquez-en une d'abord.",
        "You already have {most} keys; please revoke one first.",
    ),
    "unknown_key": ("Cette clé est inconnue.", "This key is unknown."),
    "too_many_webhooks": (
        "Vous avez déjà {most} webhooks ; supprimez-en un d'abord.",
        "You already have {most} webhooks; please remove one first.",
    ),
    "unknown_webhook": ("Ce webhook est inconnu.", "This webhook is unknown."),
    "free_picks": (
        "Avec un compte gratuit, trois paris du jour se lisent en entier.",
        "With a free account, three of the day's picks are shown whole.",
    ),
    "premium_picks": (
        "Avec Premium, tous les paris du jour se lisent en entier.",
        "With Premium, all of the day's picks are shown whole.",
    ),
    "premium_factors": (
        "Avec Premium, toutes les raisons de la prévision se lisent.",
        "With Premium, all reasons of the forecast are shown.",
    ),
    "premium_markets": (
        "Avec Premium, les buts, les handicaps et les scores se lisent aussi.",
        "With Premium, goals, handicaps and scores are shown too.",
    ),
    "premium_model_details": (
        "Avec Premium, ce que dit chaque source de la prévision se lit aussi.",
        "With Premium, what each source of the forecast says is shown too.",
    ),
    "premium_sources": (
        "Avec Premium, les articles sur lesquels repose l'explication se lisent aussi.",
        "With Premium, the articles that the explanation rests on are shown too.",
    ),
    "premium_enrichment": (
        "Avec Premium, la météo, le repos et le contexte du match se lisent aussi.",
        "With Premium, weather, rest and the match's context are shown too.",
    ),
    "premium_news_search": (
        "Avec Premium, la recherche dans l'actualité est ouverte.",
        "With Premium, the search in the news is open.",
    ),
    "premium_forecast_history": (
        "Avec Premium, les versions antérieures de la prévision se lisent aussi.",
        "With Premium, the earlier versions of the forecast are shown too.",
    ),
    "elite_api_keys": ("Les clés d'API viennent avec Elite.", "API keys come with Elite."),
    "elite_webhooks": (
        "Les notifications à vos programmes (webhooks) viennent avec Elite.",
        "Notifications to your programs (webhooks) come with Elite.",
    ),
    "job_started": (
        "C'est lancé ; l'état des travaux dira ce qu'il en est.",
        "It has been started; the state of the jobs will tell how it went.",
    ),
    "job_running": (
        "Ce travail est déjà en cours ; il n'est pas lancé une seconde fois.",
        "This job is running already; it is not started beside that.",
    ),
    "never_synced": ("Cela n'a encore jamais été fait.", "This has never been done yet."),
    "season_out_of_reach": (
        "season_start doit tomber dans une saison de {first} à {last}.",
        "season_start must fall into a season from {first} to {last}.",
    ),
    "data_fresh": ("Tous les travaux sont à l'heure.", "All jobs are on time."),
    "data_late": ("Travaux en retard : {jobs}.", "Jobs that are late: {jobs}."),
    "data_whole": (
        "Matchs terminés dont le score est connu : {scores} ; matchs à venir qui ont une prévision : {forecasts}.",
        "Finished matches whose score is known: {scores}; coming matches that have a forecast: {forecasts}.",
    ),
    "data_faults": ("Anomalies trouvées : {count}.", "Faults found: {count}."),
    "data_faultless": ("Aucune anomalie.", "No fault."),
    "not_of_age": (
        "Il faut avoir 18 ans : les jeux d'argent sont interdits aux mineurs.",
        "You must be 18: minors may not gamble.",
    ),
    "already_favourite": ("Ce match est déjà dans vos favoris.", "This match is already among your favourites."),
    "too_many_favourites": (
        "Vous suivez déjà {most} matchs ; retirez-en un d'abord.",
        "You already follow {most} matches; please remove one first.",
    ),
    "unknown_favourite": ("Ce match n'est pas dans vos favoris.", "This match is not among your favourites."),
    "declare_adult": (
        "Déclarez d'abord, dans votre profil, que vous avez 18 ans ou plus.",
        "Please declare in your profile first that you are 18 or older.",
    ),
    "cooling_off": (
        "Votre pause dure encore ; elle ne peut pas être raccourcie.",
        "Your pause still lasts; it cannot be shortened.",
    ),
    "no_such_bet": (
        "Ce pari n'existe pas : h2h a home_win, draw, away_win et pas de line ; totals a over, under et une line de "
        "buts ; handicap a home_win, away_win et la line du camp choisi.",
        "There is no such bet: h2h has home_win, draw, away_win and no line; totals has over, under and a line of "
        "goals; handicap has home_win, away_win and the line of the picked side.",
    ),
    "match_begun": (
        "Ce match a commencé : un pari se note avant le coup d'envoi.",
        "This match has begun: a bet is noted before kick-off.",
    ),
    "match_not_begun": (
        "Ce match n'a pas commencé : d'ici là, un pari ne peut être que remboursé (void).",
        "This match has not begun: until then a bet can only be void.",
    ),
    "bankroll_short": (
        "Votre bankroll n'y suffit pas : elle contient {left} €.",
        "Your bankroll is too small for that: it holds €{left}.",
    ),
    "bankroll_below_stakes": (
        "Vos paris en cours et vos pertes demandent une bankroll de {least} € au moins.",
        "Your open bets and losses need a bankroll of at least €{least}.",
    ),
    "limit_reached": (
        "Vos propres limites ne permettent plus que {left} € de mise.",
        "Your own limits allow no more than €{left} to be staked.",
    ),
    "unknown_bet": ("Ce pari est inconnu.", "This bet is unknown."),
    "bet_locked": (
        "Depuis le coup d'envoi, seul le résultat termine ce pari ; un administrateur peut le corriger.",
        "Since kick-off only the result ends this bet; an administrator can correct it.",
    ),
    "bet_stays_void": (
        "Un pari remboursé n'est pas rouvert ; notez-en un nouveau.",
        "A bet that was called off is not opened again; note a new one.",
    ),
    "bet_not_pending": (
        "Ce pari est terminé : il n'est plus supprimé.",
        "This bet has ended: it is no longer deleted.",
    ),
    "bet_cannot_end_so": (
        "Ce pari ne peut pas finir ainsi : aucun score ne le donne sur ce marché et cette ligne.",
        "This bet cannot end so: no score gives that on this market and line.",
    ),
    "kelly_needs_probability": (
        "Donnez confidence, ou match_id et prediction d'un match dont la prévision est publiée.",
        "Give confidence, or match_id and prediction of a match whose forecast is published.",
    ),
    "key_in_flight": (
        "Cette demande est déjà en cours ; attendez sa réponse.",
        "This request is being worked on already; please await its answer.",
    ),
    "key_reused": (
        "Cette clé d'idempotence a servi à une autre demande ; prenez-en une nouvelle.",
        "This idempotency key was used for another request; please take a new one.",
    ),
    "needs_email": (
        "Votre compte n'a pas d'adresse e-mail ; ajoutez-en une pour vous abonner.",
        "Your account has no e-mail address; please add one to subscribe.",
    ),
    "already_subscribed": (
        "Vous avez déjà un abonnement ; modifiez-le dans l'espace client.",
        "You already have a subscription; please change it in the customer portal.",
    ),
    "no_subscription": ("Vous n'avez pas d'abonnement.", "You have no subscription."),
    "no_customer": (
        "Vous n'avez encore jamais ouvert d'abonnement ; il n'y a pas d'espace client.",
        "You have never begun a subscription yet; there is no customer portal.",
    ),
    "address_not_ours": (
        "{field} doit être une adresse de l'une de nos pages.",
        "{field} must be the address of one of our pages.",
    ),
    "stripe_not_signed": ("Signature refusée.", "Invalid signature."),
    "stripe_not_understood": ("Événement refusé.", "Event refused."),
    "unavailable": (
        "Le service est indisponible un instant ; réessayez bientôt.",
        "The service is unavailable for a moment; please try again soon.",
    ),
    "not_through_the_front": (
        "Cette adresse ne répond qu'à notre domaine public ; appelez celui-ci.",
        "This address answers our public domain alone; please call that one.",
    ),
    "too_many_calls": (
        "Trop d'appels en une minute ; réessayez dans {seconds} s.",
        "Too many calls within a minute; try again in {seconds} s.",
    ),
    "unexpected": (
        "Une erreur inattendue s'est produite ; elle nous est signalée.",
        "Something unexpected went wrong; we have been told.",
    ),
    "demo": (
        "Démonstration : cette ligue, ses clubs, ses résultats et ses cotes sont inventés.",
        "Demonstration: this league, its clubs, results and prices are invented.",
    ),
    "computed_table": (
        "Classement calculé d'après les résultats ; les points retirés par les instances n'y figurent pas.",
        "Table worked out from results; points deducted by the authorities are not taken off.",
    ),
    "scores_as_of": (
        "Scores connus à la dernière mise à jour, pas en direct.",
        "Scores as of the last update, not live.",
    ),
    "not_chosen_yet": (
        "Les paris de ce jour ne sont pas encore choisis ; ils le sont à 6 h 45, heure de Paris.",
        "The picks of this day are not chosen yet; they are chosen at 06:45 Paris time.",
    ),
    "never_chosen": (
        "Aucun pari n'a été choisi pour ce jour, et aucun ne le sera plus.",
        "No pick was chosen for this day, and none will be any more.",
    ),
    "cool_off": (
        "Vous avez demandé une pause : aucun pari ne vous est montré tant qu'elle dure.",
        "You asked for a pause: no pick is shown to you while it lasts.",
    ),
    "forbidden_claim": (
        "« {words} » promet ce que personne ne peut promettre ; dites-le autrement.",
        "“{words}” promises what nobody can promise; say it otherwise.",
    ),
    "no_analysis": ("Rien n'est encore écrit sur ce match.", "Nothing has been written about this match yet."),
    "no_match": ("Aucun match ce jour-là.", "No match on this day."),
    "too_late": (
        "Aucun pari : les matchs du jour avaient commencé quand le choix a été fait.",
        "No pick: the day's matches had begun when the choice was made.",
    ),
    "no_hour": (
        "Aucun pari : l'heure des matchs du jour n'est pas encore connue.",
        "No pick: the hours of the day's matches are not known yet.",
    ),
    "no_prices": (
        "Aucun pari : pas de cotes fiables et récentes sur les matchs du jour.",
        "No pick: no reliable and recent prices on the day's matches.",
    ),
    "suspended": (
        "Aucun pari : nos prévisions s'écartent de ce qu'elles devraient être ; nous cherchons pourquoi.",
        "No pick: our forecasts are not what they should be; we are looking for the reason.",
    ),
    "no_value": (
        "Nous ne proposons que les paris qui valent leur prix, et d'une compétition seulement les meilleurs.",
        "We only propose bets that are worth their price, and only the best of each competition.",
    ),
    "held": (
        "Aucun pari : les seules cotes intéressantes sont trop belles pour être vraies et attendent une vérification.",
        "No pick: the only interesting prices are too good to be true and await a check.",
    ),
    "forecast": (
        "{home} – {away} : {home} {p_home}, nul {p_draw}, {away} {p_away}. "
        "Buts attendus : {home} {goals_home}, {away} {goals_away}.",
        "{home} v {away}: {home} {p_home}, draw {p_draw}, {away} {p_away}. "
        "Expected goals: {home} {goals_home}, {away} {goals_away}.",
    ),
    "by_prices": (
        "Ces probabilités partent des cotes du match, marge des bookmakers retirée.",
        "These probabilities start from the match's prices, with the bookmakers' margin taken out.",
    ),
    "by_prices_alone": (
        "Ces probabilités viennent des seules cotes du match, marge des bookmakers retirée : les deux clubs ne jouent "
        "pas le même championnat, et rien d'autre ne les départage ici.",
        "These probabilities come from the match's prices alone, with the bookmakers' margin taken out: the two clubs "
        "do not play in one league, and nothing else tells them apart here.",
    ),
    "by_ratings": (
        "Aucune cote n'étant connue, ces probabilités viennent du seul passé des deux clubs : elles sont moins sûres.",
        "No price being known, these probabilities come from the two clubs' past alone: they are less certain.",
    ),
    "past": (
        "En rejouant les saisons {first} à {last} avec ce que l'on savait avant chaque match, {share} des issues "
        "auxquelles nos prévisions donnaient de {low} à {high} sont arrivées ({league}, n = {count}).",
        "Replaying the seasons {first} to {last} with what was known before each match, {share} of the outcomes that "
        "our forecasts gave {low} to {high} happened ({league}, n = {count}).",
    ),
    "all_leagues": ("cinq championnats", "five leagues"),
    "worth_it": (
        "À la cote de {price}, « {outcome} » a une espérance de {value} par euro misé, avant tout aléa.",
        'At a price of {price}, "{outcome}" has an expected value of {value} per unit staked, before any luck.',
    ),
    "start": (
        "Ces écarts partent de deux clubs moyens : domicile {p_home}, nul {p_draw}, extérieur {p_away}",
        "These changes start from two average clubs: home {p_home}, draw {p_draw}, away {p_away}",
    ),
    "moved": ("{why} : {points} pour {side}", "{why}: {points} for {side}"),
    "side_draw": ("le nul", "the draw"),
    "why_lines": (
        "Le niveau que les cotes passées donnent aux deux clubs",
        "The level that past prices give the two clubs",
    ),
    "why_goals": ("Les buts marqués et encaissés", "Goals scored and conceded"),
    "why_chances": ("Les occasions et les tirs, pour et contre", "Chances and shots, for and against"),
    "why_results": ("Les résultats sur la durée (Elo)", "Results over the long run (Elo)"),
    "why_form": ("La forme récente, comparée à ce qui était attendu", "Recent form against what was expected"),
    "why_rest": ("Les jours de repos", "Days of rest"),
    "why_stakes": (
        "Le classement et ce qu'il reste à jouer",
        "The table and what is left to play for",
    ),
    "why_division": ("Une montée ou une descente récente", "A recent promotion or relegation"),
    "why_prices": ("Ce que les cotes du match disent de plus", "What the match's prices say beyond that"),
    "why_move": (
        "Le mouvement attendu des cotes d'ici au coup d'envoi",
        "How the prices are expected to move before kick-off",
    ),
    "factor_ratings": (
        "Sans les cotes du match : {home} {p_home}, nul {p_draw}, {away} {p_away}",
        "Without the match's prices: {home} {p_home}, draw {p_draw}, {away} {p_away}",
    ),
    "factor_goals": ("Plus de 2,5 buts : {over}", "More than 2.5 goals: {over}"),
    "factor_both_score": ("Les deux équipes marquent : {both}", "Both teams score: {both}"),
    "risk_miss": (
        "« {outcome} » n'arrive pas dans {miss} des cas.",
        '"{outcome}" fails to happen in {miss} of cases.',
    ),
    "risk_newcomer": (
        "{team} est presque inconnu de nos données et compte comme un club moyen de sa division : "
        "la prévision est nettement moins sûre.",
        "{team} is almost unknown to our data and counts as an average club of its division: "
        "the forecast is much less certain.",
    ),
    "risk_newcomer_priced": (
        "{team} est presque inconnu de nos données : la prévision ne tient guère qu'aux cotes du match.",
        "{team} is almost unknown to our data: the forecast rests on little but the match's prices.",
    ),
    "risk_bounds": (
        "Sans cotes, la marge est large : 95 fois sur 100, le marché placerait {home} entre {home_low} et {home_high}, "
        "le nul entre {draw_low} et {draw_high}, {away} entre {away_low} et {away_high}.",
        "Without prices the margin is wide: 95 times in 100 the market would put {home} between {home_low} and "
        "{home_high}, the draw between {draw_low} and {draw_high}, {away} between {away_low} and {away_high}.",
    ),
    "risk_price": (
        "La cote a été relevée le {day} à {time} (heure de Paris) ; elle a pu changer depuis.",
        "The price was read on {day} at {time} (Paris time); it may have changed since.",
    ),
    "risk_paper": (
        "Cette cote est la meilleure du marché, relevée chez un opérateur que nous ne pouvons pas nommer en France : "
        "elle peut ne pas y être proposée.",
        "This price is the market's best, asked by an operator that we cannot name in France: it may not be had there.",
    ),
    "article_out_of_time": (
        "published_at doit être une date des 90 derniers jours, avec son fuseau (2024-04-27T08:00:00Z).",
        "published_at must be an instant of the last 90 days, with its zone (2024-04-27T08:00:00Z).",
    ),
    "unfit_article": (
        "L'article a besoin d'un titre en clair et d'une adresse qui commence par https://.",
        "The article needs a title in plain text and an address that begins with https://.",
    ),
    "unknown_prompt": ("Consigne inconnue : {version}.", "Unknown prompt: {version}."),
    "prompt_weights": (
        "Chaque poids doit être un nombre supérieur à 0, de 1000 au plus.",
        "Each weight must be a number above 0, of 1000 at most.",
    ),
    "adjustments_shown": (
        "Ce que l'actualité, lue par un modèle de langue, pourrait changer ; montré à côté de la prévision, qui n'en "
        "tient pas compte.",
        "What the news, read by a language model, might change; shown beside the forecast, which does not count it.",
    ),
    "club_form": (
        "{team}, derniers matchs ({matches}) : gagnés {wins}, nuls {draws}, perdus {losses}.",
        "{team}, last matches ({matches}): won {wins}, drawn {draws}, lost {losses}.",
    ),
    "club_place": (
        "Place au classement ({competition}) : {position}, avec {points} points.",
        "Place in the table ({competition}): {position}, with {points} points.",
    ),
    "club_absences": ("Absences, selon {source} : « {title} ».", 'Absences, according to {source}: "{title}".'),
    "calendar_round": ("{competition}, journée {matchday}", "{competition}, matchday {matchday}"),
    "calendar_score": ("Score au bout de 90 minutes.", "Score after 90 minutes."),
    "calendar_awarded": ("sur tapis vert", "awarded"),
    "calendar_postponed": ("reporté", "postponed"),
    "calendar_suspended": ("interrompu", "suspended"),
    "calendar_cancelled": ("annulé", "cancelled"),
    "club_unknown": ("{team} : nous n'en savons encore rien.", "{team}: we know nothing of them yet."),
    "unknown_team": ("Le club « {name} » est inconnu.", 'The club "{name}" is unknown.'),
    "ambiguous_team": (
        "« {name} » désigne plusieurs clubs : {names} ; donnez le nom ou l'identifiant.",
        '"{name}" stands for several clubs: {names}; give the name or the id.',
    ),
    "no_club_named": (
        "Nommez les deux clubs (home_team, away_team) ou donnez match_id.",
        "Name both clubs (home_team, away_team) or give match_id.",
    ),
    "market": ("Moyenne des autres opérateurs", "Average of the other operators"),
    "context_top": (
        "Choc du haut de tableau : les deux clubs sont parmi les quatre premiers.",
        "Top-of-the-table match: both clubs are among the first four.",
    ),
    "context_europe": (
        "L'un des deux clubs est parmi les quatre premiers et joue l'Europe.",
        "One of the two clubs is among the first four and plays for Europe.",
    ),
    "context_relegation": (
        "L'un des deux clubs au moins joue le maintien : il est parmi les trois derniers.",
        "At least one of the two clubs fights relegation: it is among the last three.",
    ),
    "source_football_data_uk": (
        "football-data.co.uk : résultats, tableaux, forme et cotes moyennes du marché",
        "football-data.co.uk: results, tables, form and the market's average prices",
    ),
    "source_the_odds_api": (
        "The Odds API : cotes de chaque opérateur, relevées deux fois par jour",
        "The Odds API: each operator's prices, read twice a day",
    ),
    "source_met_norway": (
        "MET Norway (CC BY 4.0) : météo au coup d'envoi, lue deux fois par jour",
        "MET Norway (CC BY 4.0): weather at kick-off, read twice a day",
    ),
    "weather_clearsky": ("Ciel dégagé", "Clear sky"),
    "weather_fair": ("Beau temps", "Fair"),
    "weather_partlycloudy": ("Partiellement nuageux", "Partly cloudy"),
    "weather_cloudy": ("Nuageux", "Cloudy"),
    "weather_fog": ("Brouillard", "Fog"),
    "weather_lightrain": ("Pluie faible", "Light rain"),
    "weather_rain": ("Pluie", "Rain"),
    "weather_heavyrain": ("Forte pluie", "Heavy rain"),
    "weather_lightsleet": ("Neige fondue légère", "Light sleet"),
    "weather_sleet": ("Neige fondue", "Sleet"),
    "weather_heavysleet": ("Forte neige fondue", "Heavy sleet"),
    "weather_lightsnow": ("Neige faible", "Light snow"),
    "weather_snow": ("Neige", "Snow"),
    "weather_heavysnow": ("Forte neige", "Heavy snow"),
    "weather_lightrainshowers": ("Averses faibles", "Light rain showers"),
    "weather_rainshowers": ("Averses", "Rain showers"),
    "weather_heavyrainshowers": ("Fortes averses", "Heavy rain showers"),
    "weather_lightsleetshowers": ("Averses faibles de neige fondue", "Light sleet showers"),
    "weather_sleetshowers": ("Averses de neige fondue", "Sleet showers"),
    "weather_heavysleetshowers": ("Fortes averses de neige fondue", "Heavy sleet showers"),
    "weather_lightsnowshowers": ("Averses faibles de neige", "Light snow showers"),
    "weather_snowshowers": ("Averses de neige", "Snow showers"),
    "weather_heavysnowshowers": ("Fortes averses de neige", "Heavy snow showers"),
    "with_thunder": ("{weather}, orage", "{weather}, thunder"),
    "push_subscribed": (
        "Ce navigateur recevra vos notifications.",
        "This browser will be sent your notifications.",
    ),
    "push_updated": ("L'abonnement de ce navigateur est à jour.", "This browser's subscription is up to date."),
    "push_unsubscribed": (
        "Ce navigateur ne recevra plus de notifications.",
        "This browser will be sent no more notifications.",
    ),
    "push_preferences": ("Vos choix sont enregistrés.", "Your choices are saved."),
    "unknown_subscription": (
        "Ce navigateur n'est pas abonné aux notifications.",
        "This browser is not subscribed to notifications.",
    ),
    "unsubscribe_what": (
        "Donnez endpoint, l'adresse de l'abonnement, ou token, le mot reçu dans une notification.",
        "Give endpoint, the address of the subscription, or token, the word received in a notification.",
    ),
    "match_between": ("{home} – {away}", "{home} v {away}"),
    "notice_picks": ("Les paris du jour", "The day's picks"),
    "notice_picks_text": (
        "Choisis ce matin : {matches}.\n{legal_notice}",
        "Chosen this morning: {matches}.\n{legal_notice}",
    ),
    "notice_kick_off": ("Bientôt le coup d'envoi", "Kick-off soon"),
    "notice_kick_off_text": ("{match} commence à {time}.", "{match} begins at {time}."),
    "notice_result": ("Votre pari est réglé", "Your bet is settled"),
    "notice_result_text": ("{match} : {standing}.", "{match}: {standing}."),
    "notice_result_scored": ("{match} ({score}) : {standing}.", "{match} ({score}): {standing}."),
    "standing_won": ("pari gagné", "bet won"),
    "standing_half_won": ("pari à moitié gagné", "bet half won"),
    "standing_push": ("mise remboursée", "stake returned"),
    "standing_half_lost": ("pari à moitié perdu", "bet half lost"),
    "standing_lost": ("pari perdu", "bet lost"),
    "standing_void": ("pari annulé, mise remboursée", "bet void, stake returned"),
    "unknown_person": ("Cette personne est inconnue.", "This person is unknown."),
    "own_role": (
        "Vous ne pouvez pas retirer vos propres droits d'administrateur.",
        "You cannot take away your own administrator's rights.",
    ),
    "role_set": ("Le rôle est désormais {role}.", "The role is now {role}."),
    "role_set_pays": (
        "Le rôle est désormais {role} ; son abonnement chez Stripe ({plan}) reste tel quel, et décidera de nouveau à "
        "sa prochaine nouvelle.",
        "The role is now {role}; their subscription at Stripe ({plan}) stays as it is, and decides again with its next "
        "news.",
    ),
    "home_win": ("{team} vainqueur", "{team} to win"),
    "draw": ("match nul", "draw"),
    "away_win": ("{team} vainqueur", "{team} to win"),
}


def say(key: str, language: Language, **values: object) -> str:
    """A text in a language, with its values filled in.

    Raises:
        KeyError: there is no such text, or a value of it is missing.
    """
    french, english = _TEXTS[key]
    return (french if language is Language.FR else english).format(**values)


def say_invalid(fault: str, language: Language, values: Mapping[str, object]) -> str | None:
    """What is wrong with a field, by pydantic's word for it or one of ours; None where we have no words.

    Args:
        fault: such as `greater_than`, or `int_parsing`, which is told as all that begins with `int`.
        language: the reader's.
        values: what stands in the text, such as `gt`.
    """
    for key in (f"invalid_{fault}", f"invalid_{fault.partition('_')[0]}"):
        if key in _TEXTS:
            said = {name: str(value).replace("' or '", "', '") for name, value in values.items()}
            return say(key, language, **said)
    return None


def say_weather(symbol: str, language: Language) -> str | None:
    """What a weather symbol of MET Norway's says (github.com/metno/weathericons); None where it is a new one."""
    weather = symbol.removesuffix("andthunder").replace("lightss", "lights")  # it misspells two of its symbols so
    if f"weather_{weather}" not in _TEXTS:
        return None
    said = say(f"weather_{weather}", language)
    return say("with_thunder", language, weather=said) if symbol.endswith("andthunder") else said


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share as it is written: 42 % in French (with a space that does not break), 42% in English."""
    text = f"{share * 100:.{digits}f}"
    return f"{text.replace('.', ',')}\u00a0%" if language is Language.FR else f"{text}%"


def points(share: float, language: Language) -> str:
    """A change of a probability as it is written: +6 points, −1 point (the space does not break)."""
    count = round(share * 100)
    many = abs(count) > 1 if language is Language.FR else abs(count) != 1
    return f"{'+' if count > 0 else '−' if count < 0 else ''}{abs(count)}\u00a0point{'s' if many else ''}"


def number(value: float, language: Language, digits: int = 2) -> str:
    """A number as it is written: 1,62 in French, 1.62 in English."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language is Language.FR else text


def spoken_in(accept_language: str | None) -> Language:
    """The language to answer in: the first of ours that an Accept-Language header prefers, else French."""
    wishes: list[tuple[float, int, Language]] = []
    for place, wish in enumerate((accept_language or "").split(",")):
        tag, _, weight = "".join(wish.split()).lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        language = tag.partition("-")[0]
        if language in tuple(Language) and quality > 0:
            wishes.append((-quality, place, Language(language)))
    return min(wishes)[2] if wishes else Language.FR
