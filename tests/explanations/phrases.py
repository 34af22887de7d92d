"""Prohibited phrases, in either language, and allowed ones."""

BANNED_FR = """
Gagner à coup sûr au football
Un pari sûr pour ce soir
Nos paris sûrs du jour
Deux paris vraiment sûrs
Jouez sans risque avec nous
Un pari sans aucun risque
Zéro risque pour votre bankroll
Il n'y a rien à perdre
Nous augmentons vos chances
Augmentez vos chances de gagner
Cela augmente tes chances
Améliorez vos chances de succès
Maximisez vos gains dès ce soir
Optimisez vos profits
Boostez vos gains
Multipliez vos gains par trois
Plus de chances de gagner avec Premium
Résultat garanti
Des gains garantis chaque semaine
La victoire est garantie
Nous vous garantissons un bénéfice
Nous garantissons ce résultat
Une garantie de profit
De l'argent facile
Gagnez de l'argent avec nos pronostics
Se faire de l'argent en pariant
Un vrai revenu chaque mois
Des revenus réguliers
Un complément de revenu
Un deuxième salaire
Gagnez votre vie avec le football
Vivre des paris est possible
Pour se refaire après une mauvaise soirée
Refaites-vous dès ce soir
Récupérez vos pertes
Récupérer ses pertes en un match
Compensez vos pertes
Battre les bookmakers
Battez les bookmakers chaque semaine
Notre modèle bat les bookmakers
Ruinez les bookmakers
Impossible de perdre avec cette méthode
Vous ne pouvez pas perdre
Ne perdez jamais plus
Une méthode infaillible
Une stratégie gagnante
Un système gagnant
Le PSG est certain de gagner
Arsenal est sûr de l'emporter et de gagner
Paris va forcément gagner
Lyon gagnera certainement
Une victoire assurée
La victoire est certaine
Victoire inévitable de Lens
Des gains assurés
Un profit assuré
Sans aucun doute Paris l'emporte
Fiable à 100 %
100 % gagnant
C'est dans la poche
Un ticket gagnant
Des pronostics gagnants
Un tuyau sûr
Doublez votre mise
Doublez votre bankroll
Devenez riche
Enrichissez-vous
S'enrichir avec le sport
Touchez le jackpot
Des matchs truqués que nous connaissons
Aucun pari n'est garanti
g a r a n t i
G.A.R.A.N.T.I
gar4nti
GARANTI
gаrаnti
gar\u200banti
g\u0061\u0301ranti
Paris sûrs & sans risques
Un coup sûr
Toujours gagnant
Vous gagnez à chaque fois
Gagnez plus souvent
""".strip().splitlines()

BANNED_EN = """
A guaranteed win
Guaranteed profits every week
We guarantee this result
Money-back guarantee on every tip
A sure bet tonight
Our sure bets
It is a sure thing
A safe bet for the weekend
Risk-free picks
Risk free
There is no risk
Bet without any risk
Zero risk
Nothing to lose
You can't lose
You can’t lose
You cannot lose
You never lose with us
Impossible to lose
Increase your chances
We increase your chances of winning
Improve your odds
Boost your winnings
Maximise your profits
Maximize your returns
Better chances of winning
Win more often
Lock of the day
It's a lock
Lock in a profit
Easy money
Free money for everyone
Quick cash
Make money with football
Earn money from home
Get rich
A second income
Passive income
Make a living from tips
Earn your living
Win back your losses
Win it back
Recover your losses
Chase your losses
Recoup your loss
Beat the bookmakers
Beat the bookies
Our model beats the bookmakers
Beating the odds
Outsmart the bookmakers
Crush the bookies
A winning system
The secret formula
A proven strategy
Winning tips
Winning picks every day
Insider tips
A fixed match
Foolproof method
A surefire winner
Sure-fire winner
Can't miss pick
Arsenal are certain to win
PSG certain to win
Chelsea are bound to win
City will definitely win
Liverpool will surely win
They will certainly win
Victory is assured for Lens, victory assurée
No doubt Arsenal take it
Without a doubt the home side
100% sure
100% safe
100 percent certain
It's in the bag
A foregone conclusion
Double your money
Double your stake
Always win
You win every time
No bet is guaranteed
Guar anteed? g u a r a n t e e d
GUARANTEED
ｇｕａｒａｎｔｅｅｄ
guarant\u200beed
guаrаnteed
gu4r4nteed
ri$k-free
""".strip().splitlines()

ALLOWED_FR = """
Arsenal est favori à 57 %
« Lens vainqueur » n'arrive pas dans 43 % des cas
Ces probabilités partent des cotes du match, marge des bookmakers retirée
Elles sont moins sûres sans cotes
La prévision est nettement moins sûre
L'attaquant est revenu de blessure
Le gardien était revenu à l'entraînement
Les deux clubs ont perdu leur dernier match
Lyon peut perdre ce match
Arsenal a gagné ses trois derniers matchs
Une victoire de Lens reste possible
Le nul n'est pas à écarter
Les jeux d'argent comportent des pertes
Le risque principal est l'absence du capitaine
Un résultat incertain
Certains joueurs manquent à l'appel
Il est certain que le match est serré
Le bloc défensif recule
La chance compte dans un match
Leurs chances sont estimées à 30 %
La probabilité d'un nul est de 27 %
Les cotes ont pu changer
Le pari peut être perdu
La mise est plafonnée
Ne pariez que ce que vous pouvez vous permettre de perdre
Aucun pari : pas de cotes fiables
Les bookmakers voient un match équilibré
Battus à domicile, ils restent sur deux nuls
Le club a battu Lille au match aller
L'équipe marque peu à l'extérieur
La forme récente est médiocre
Trois jours de repos seulement
Le défenseur est suspendu
Le milieu est blessé
Un doute subsiste sur sa participation
Le doute plane sur l'attaquant
La défense a garé le bus
Une garniture de banc limitée
La saison est longue
Le classement compte
Ils jouent le maintien
L'Europe est en jeu
La météo annonce de la pluie
Le stade sera plein
Retour de suspension
Les buts attendus sont de 1,7 contre 0,9
Le match commence à 16 h
Plus de buts que la moyenne
Une série de quatre défaites
Un derby attendu
Le coach a changé de système
Le marché des transferts est clos
Il faut 18 ans
Le prix de Premium
Revoir le match
Remporter ce duel serait une première
""".strip().splitlines()

ALLOWED_EN = """
Arsenal are favourites at 57%
"Lens to win" fails to happen in 43% of cases
These probabilities start from the match's prices
Without prices the margin is wide
They are less certain
The forecast is much less certain
Chelsea can lose this match
Arsenal won their last three matches
A win for Lens remains possible
A draw cannot be ruled out
The main risk is the captain's absence
There is a risk of extra time
The block sits deep
A blocked shot
The clock ran down
Unlocked defences
Luck matters in a match
Their chances are put at 30%
The probability of a draw is 27%
Prices may have changed
The bet may be lost
The stake is capped
Only stake what you can afford to lose
No pick: no reliable prices
Bookmakers see an even match
Beaten at home, they drew twice
The club beat Lille in the first match
The side score little away from home
Recent form is poor
Only three days of rest
The defender is suspended
The midfielder is injured
His participation is in doubt
A doubtful starter
Surely a difficult evening
Certain players are missing
The season is long
The table matters
They fight relegation
Europe is at stake
Rain is forecast
The ground will be full
Back from suspension
Expected goals are 1.7 to 0.9
The match begins at 16:00
More goals than on average
A run of four defeats
An awaited derby
The coach changed the system
The transfer market is closed
You must be 18
The price of Premium
Watch the match again
Winning this duel would be a first
Their odds shortened before kick-off
""".strip().splitlines()
