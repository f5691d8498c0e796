"""What came of something, told as a plain story: what others then did, agreed to or use, and how it is since.

A clause tells an effect by who acts in it and by what they do. The writer's own deeds are never an effect;
those of a group, of "they" or of whoever gives thanks are.
"""

from __future__ import annotations

from bot.domain.reading.patterns import any_of

#: No word of a group's name: it would begin another phrase.
_NAME = (
    r"(?:(?!(?:i|we|you|my|me|us|to|with|told|tell|asked|helped|showed|gave|got|for|if|when|that|because|by|from|but|so"
    r"|is|are|was|were|has|have|had|can|could|not|no|as|than|what|how|why|who|heard|until|together)\b)[\w'/&+-]{1,24} )"
)
_GROUP = (
    r"(?:teams?|squads?|tribes?|guilds?|crews?|people|folks|guys|shifts?|leads?|heads?|directors?|managers?|execs?|boards?"
    r"|committees?|council|management|leadership|c[tfeio]o|vp|gms?|authors?|owners?|maintainers?|devs?|developers?"
    r"|engineers?|designers?|analysts?|scientists?|testers?|customers?|clients?|users?|partners?|vendors?|departments?"
    r"|divisions?|domains?|product|ops|legal|support|sales|finance|security|procurement|qa|marketing|pms?|architects?"
    r"|reviewers?|pos?|sres?|platform|infra|studios?|plants?|labs?|services|apps|repos|projects|products|sites|interns?|grads?|juniors?|orgs|companies|universities|insurers|agencies|regions|units|stores|countries|markets)"
)
_OTHERS = rf"(?:(?-i:[A-Z]{{2,5}})|(?:the )?teams [A-Z][\w-]+(?:(?:, | and | & )[A-Z][\w-]+){{0,3}}|{_NAME}{{0,4}}?{_GROUP}(?: (?:in|at|of|from)(?: [\w-]{{1,24}}){{1,4}}?)?)"
_SINCE = r"(?:'ve|'s| has| have| had)?(?: now| all| both| each| since| then| also| finally| already| later| even)*"
_OPENS = r"^(?:and |but |then |so |heard |now |(?:on|last) \w+day,? |yesterday |today |this (?:morning|week),? )*(?:after (?:[\w':-]{1,24} ){1,8}?)?"
_AGREED = (
    r"(?:agree[ds]?|said (?:yes|ok)|signed|approve[ds]?|accept(?:ed|s)?|commit(?:ted|s)?|fund(?:ed|s)?|endorse[ds]?"
    r"|adopt(?:ed|s)?|back(?:ed|s)?|confirmed|bought (?:in|into)|settled?|standardi[sz]ed?|chose|picked|(?:is|are) (?:on board|in for))"
)
#: Almost any deed of others is told because something came of it; wishes, doubts and trouble aren't.
_DID = (
    r"(?!(?:asked|wanted|needed|tried|failed|missed|waited|called|started|looked|seemed|stayed|complained|argued|insisted"
    r"|refused|reported|feared|expected|believed|assumed|proposed|planned|blocked|rejected|hated|liked|loved|arrived|joined"
    r"|agonised|promised|showed|helped|asserted|claimed|worried|panicked|feeling|suggested|turned|continued|attended|listened|talked|replied|mentioned|answered|stuck)\b)\w{2,}ed"
    r"|redrew|withdrew|held|sent|built|bought|brought|cut|kept|shut|split|gave up|ran|began|chose|found|made|got|went (?:with|ahead|live)"
)
_TOOK_UP = (
    r"(?:use[ds]?|copied|copy|follow(?:ed|s)?|derived?|reused?|quoted?|build on|built on|switched|migrated|moved|rotated"
    r"|rewrote|pins?|pinned|forked|publish(?:es)?|emits?|runs?|queue|takes?|owns?(?= (?:the|it|this|all|their)\b)|stopp?(?:ed|s)?|parked|dropp?(?:ed|s)?"
    r"|changed?|put|took(?! a (?:photo|picture|look|break))|wrote|set up|started|returned|lives?|is living|are living|went back|{_DID})"
)
_COUNT = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several)"
_NOT_MINE = r"(?!.*\b(?:to|with|asked|told|helped|showed) (?:me|us)\b)(?!.*\b(?:anyway|regardless|as it was|without (?:us|me)|building their own|keeps? (?:its|his|their) own|continues? with)\b)"

#: Begins with what the writer did, left without "I".
OWN_DEED = any_of(
    r"(?:and |then |also |so )*(?:(?!need|unused\b|shared\b)[a-z]{2,}ed|wrote|put|built|made|ran|set|gave|told|found|kept|led|sent|did"
    r"|rewrote|began|took|brought|drew|taught|held|laid|showed|spoke) (?!by\b)",
)
#: A group agreed or committed to something; an effect even when a text begins with it.
AGREED = any_of(
    rf"{_OPENS}{_NOT_MINE}{_OTHERS}{_SINCE} {_AGREED}\b",
    rf"{_OPENS}(?:all|both|every|each)(?: of)?(?: the| our)? {_NAME}{{0,3}}?[\w-]{{2,24}}{_SINCE} (?:{_AGREED}|{_TOOK_UP})\b",
    rf"^(?-i:(?:[A-Z][\w-]+(?: [A-Z][\w-]+)? (?:\+|&|and) )+[A-Z][\w-]+(?: [A-Z][\w-]+)?) {_AGREED}\b",
    rf"^{_NAME}{{0,3}}(?:all|both) {_AGREED}\b",
    rf"^(?:and |now |last |the last |another |already )*(?:\d+|{_COUNT}) (?:(?!of\b|hours|days|weeks|minutes|months|years|times|more\b){_NAME}){{1,3}}?"
    rf"(?:have |has |then |were |since )*(?:{_AGREED}|{_TOOK_UP})\b|^all in$",
    rf"^(?:all|both|each)(?: of them| (?:two|three|four|five|six|seven|eight|nine|ten|\d+))? (?:{_AGREED}|{_TOOK_UP})\b",
    rf"^(?:(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)?)|{_OTHERS}) (?:all|both|each) (?!(?:two|three|four|five|six|seven|eight|nine|ten|\d+|of|the|my|our|these|those|about|over|day|in|went|say|said"
    r"|want|wanted|has|have|had|is|are|was|were|need|think|think|hate|other)\b)\w+",
    r"^all (?:[\w-]+ ){1,3}(?:on|in|off|over to|onto)\b(?! (?:fire|hold|vacation|holiday))",
    # Who decided on the strength of the writer's work.
    rf"^{_NOT_MINE}(?:they|she|he|{_OTHERS}) (?!was\b|were\b|is\b|are\b)\w+ .*\b(?:after|because of|thanks to|following) (?:my|our)\b",
    rf"^(?:and )?after (?:[\w':-]{{1,24}} ){{1,8}}?{_NOT_MINE}{_OTHERS}{_SINCE} {_TOOK_UP}\b",
    r"^(?:so |now )*(?-i:[A-Z][\w-]+) (?:now )?owns\b",
    r"^(?:so |ok |yes |and )*we(?:'re| are) (?:keeping|going with|staying (?:with|on)|dropping)\b",
    r"^(?!(?:i|we|you|not|nobody|never|everyone|if|when)\b)(?:[\w'&/-]+ ){1,7}?agreed (?:on|to|that)\b",
    r"^(?:so |ok |yes |and |right |right\. )*we(?:'ve| have)? (?:chosen|settled on|landed on|went with|go with|picked)\b",
    r"\b(?:picked up|taken up|adopted) by (?!me\b|us\b)",
    r"\b(?:is|are|was|were|been) (?:now )?(?:adopted|approved|accepted|used|followed|copied) (?:by|in|across)\b",
    r"\b(?:est|sont|es|son|é|são|ist|sind|wird|werden) (?:\w+ )?(?:adopté|utilisé|repris|approuvé|adoptad|utilizad|aprobad|usad|aprovad"
    r"|übernommen|verwendet|genutzt)\w* (?:par|por|pel[oa]s?|von)\b",
)
#: Others took it up, or changed what they do; `they` is told of only after something else.
TAKEN_UP = any_of(
    rf"{_OPENS}{_NOT_MINE}(?:{_OTHERS}|they|everyone|everybody){_SINCE} (?:{_TOOK_UP}|{_AGREED})\b",
    rf"{_OPENS}{_NOT_MINE}(?:who|they)(?:'ve| have) (?:all |both |since |now )*(?!not\b|been\b)\w+",
)
_A_DAY = (
    r"(?:today|yesterday|this morning|last \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:\d{1,2}(?:st|nd|rd|th)? )?"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn)|noon|sprint \d+|v\d[\d.]*|\d+:\d\d|the (?:[\w-]+ ){1,3}?[\w-]+)"
)
#: How it is now, or since a day.
SINCE = any_of(
    r"^(?!.*\b(?:i|i'm|i've|my|was|were|had|been|no|nothing|dead|down|blocked|broken|stuck|red|failing|flaky|in progress|waiting|sick|out)\b)(?:[\w'/&.-]+ ){2,}"
    rf"(?<!lost )since {_A_DAY}$",
    rf"^since {_A_DAY},? (?!i\b|we\b|my\b|i've\b|we've\b).+",
    # Somebody else without help: what they learned.
    r"^(?:and |but |now |yesterday |this week |today )*(?:he|she|they)\b(?:'s|'re|'ve|'d)?.*\b(?:instead|alone|solo|by (?:her|him|them)sel\w+"
    r"|on (?:her|his|their) own|without (?:me|help|asking))\b",
    rf"^{_OTHERS} (?!was\b|were\b|had\b)\w+ .*\bwith it\b",
    # Somebody or something else, and how it is now.
    r"^(?!not\b|\w+ing\b|\w+ed\b|(?:wrote|put|built|made|ran|set|gave|told|found|kept|led|sent|did|took|brought)\b)(?!.*\b(?:late|incident|worse|angry|sick|blocked|stuck|broken|untouched|waiting|comments|my own|which|where|tired|empty)\b)"
    r"(?!(?:i|i'm|i've|i'll|my|we|we're|we've|let's|you|just|right|even|until|by|for|what|who|not|done|ok|is|are)\b)(?:[\w'<@>.,&/-]+ ){1,}(?<!not )now\b"
    r"(?! (?:that|if|what)\b)(?!.*\bi(?:'ve|'m)? )",
    r"^(?!i\b|we\b|i've\b|my\b)(?:[\w'&/-]+ ){1,7}?(?!based\b|made\b|done\b)\w+(?:ed|s|ran|wrote|built|work|use|start) (?:[\w-]+ ){0,6}?"
    r"(?:from|off|by|around|against|after) it\b",
    r"^(?!i\b|we\b)(?:[\w-]+ ){1,4}(?:build|builds|work|works|test|tests|validate|validates|link|links|code|codes) (?:to|against|with) it\b",
    r"^(?!(?:eu|nós|ich|wir|je|yo|nosotros)\b)(?!.*\b(?:não|pra|para|no)\b)(?:[\w'-]+ ){2,}(?:agora|ahora|maintenant|désormais)$",
    r"^(?!(?:ich|wir)\b)(?:[\w-]+ ){1,5}(?:sind|ist|haben|hat|läuft|nutzen|nutzt) (?:jetzt|nun|seitdem)\b",
    r"^(?:his|her|their|the|(?-i:[A-Z][\w-]+'s))? ?(?:[\w-]+ ){1,2}(?:runs|running|continues|works|builds|passes|pass|finishes|answers|resolves|loads|deploys|moves|boots|boot)$",
    r"^(?!i\b|we\b|you\b|it\b|this\b|that\b)(?:[\w'&/-]+ ){1,6}?(?:have|has) (?:each|all|both|already|since) (?!been\b|left\b|gone\b|forgotten\b)\w+",
    r"^(?:she|he|they) had (?:[\w'-]+ ){1,5}?(?:running|working|green|done|up|live|fixed)\b",
    r"^(?:o |a |os |as )?(?:[\w-]+ ){1,4}já (?!era\b|foi\b|tinha\b)\w+|^(?:e )?já (?:reproduz|funciona|roda|passa)\b",
    r"^(?:and )?(?:now|ahora|agora|désormais|maintenant|jetzt) (?!(?:i|i'm|my|we|you|to|on|for|that|if|let's|back|what's|is|it's|please|just|there's)\b)"
    r"(?!.*\b(?:incident|late|worse|blocked|stuck|broken)\b)"
    r"(?:[\w'/-]+ ){2,}",
    r"^(?!i\b|we\b|just\b|let's\b|try\b|here\b|once\b)(?!.*\b(?:came up|raised|question|topic|asked|down|down)\b)(?:the |our |his |her |their )?(?:[\w'-]+ ){1,5}?[a-z]{2,}(?:s|ing) "
    r"(?:[\w-]+ ){0,3}again$",
    r"^(?:coding|shipping|deploying|building|testing|running|moving|flashing|working) again$",
    r"^(?!i\b|we\b|my\b)(?!.*\b(?:if|when|once)\b)(?:the |our |his |her |their |and )?(?:[\w'-]+ ){1,5}?(?:(?:has|have|had) )?"
    r"(?:resumed|recovered|drained|(?:was|is|are|were) draining|passes|pass|went through|(?:is|are|went) (?:through|quiet|green)"
    r"|cleared|dried up|kept (?:its|their|the) \w+|passed without|went ahead|went away|got better|stabili[sz]ed|demoed|came back up)\b",
    r"\btout passe\b|\bplus (?:aucun|rien)\b|無くな|なくなっ|減りまし|採用してく|落ち着|決まりまし|合意|使ってくれ|通るようにな|ひっくり返",
)
#: What whoever gives thanks can do, has or did since: the effect on themselves.
ON_WHO_THANKS = any_of(
    r"^(?:and |so |now |today |yesterday |after that )*(?:i|we)(?:'ve| have)?(?: all| both| now| finally| since| just| actually"
    r"| even| already)* (?:(?:can|could)(?!'t)|got|found|managed|shipped|merged|learned|understood|saved|avoided|fixed|solved"
    r"|switched|moved|changed|built|made|passed|finished|launched|released|caught|sleep|slept|demoed|stopped|did it)\b"
    r"(?!.*\b(?:never|you|your)\b)",
    r"^(?:and |so |now )*(?:(?:after|because) (?:[\w']{1,20} ){1,8}?)?(?:i|we)(?:'ve| have)? (?:both |all |now |then |just )*(?!(?:wanted|needed"
    r"|asked|tried|argued|used|stopped by|discussed|talked|called|waited|started|looked|debated|struggled|hoped|planned|joined|opened|laughed"
    r"|missed|failed|noticed|loved|liked|enjoyed|learned that|worked)\b)(?:\w{3,}ed|kept|keep|drop|chose|chosen|cut|took|put|rewrote|redid|go with|went with|went live"
    r"|walked out with|split|held|threw|don't have to|no longer|didn't have to|don't need)\b(?!.*\b(?:you|your)\b)",
    r"^(?:and )?(?:my|our) [\w-]+(?: [\w-]+)? (?:is|are) (?:running|through|in|merged|green|live|up|back|unblocked)\b",
    r"^(?!(?:ich|wir|nicht)\b)(?:und )?(?:[\w-]+ ){1,4}wieder$",
    r"^i .*\b(?:on my own|by myself|alone)\b(?!.*\byou\b)",
    r"\b(?:we're|i'm) (?:ready|unblocked|back on|safe)\b|\b(?:haben wir|hab ich|habe ich|kann ich|können wir) (?:jetzt|wieder|endlich)\b",
    r"\b(?:i|we) (?:can|could)(?!'t) (?:now |finally |all )?(?!not\b|never\b)\w+",
    r"^(?!.*\byou\b)(?:and |so |because of (?:it|that|you),? )*(?:i|we|i've|we've|i'm|we're) (?:[\w'-]+ ){1,12}now$|^now (?:i|we|it) (?!need\b|have\b)\w+",
    r"^(?:and )?(?:so |because of (?:it|that|you),? )(?:we|i) \w+ed\b|\bkomme (?:endlich |jetzt |wieder )?weiter\b",
    r"^(?:y |ya |e |já |et |und )*(?:nos ahorramos|cambiamos|pudimos|puedo|podemos|ya leo|conseguimos|consegui|conseguí|on a pu|j'ai pu"
    r"|wir konnten|ich konnte|konnten wir|konnte ich)\b",
)
#: What of the thanked one's did something: "your question changed the design".
OF_WHOM_IS_THANKED = any_of(
    r"\byour (?:[\w'-]{1,24} ){1,8}?(?:changed|saved|unblocked|fixed|settled|stopped|spared|turned|became|made (?:us|me))\b",
    r"^(?:and |so )*(?:it|that|this) (?:just |really |probably )?(?:saved|spared|unblocked|stopped|changed)\b",
)
#: A thing in its new state, told without a verb: "topic renamed", "one queue for all of engineering".
NEW_STATE = any_of(
    r"^(?!(?:i|we|not|still|to|all)\b)(?:the |our |old )?(?:[\w'-]+ ){1,4}(?:approved|deleted|removed|renamed|re-?titled|retired|switched off"
    r"|shut down|cancelled|unblocked|restored|funded|averted|avoided|adopted|accepted|agreed|withdrawn|reverted)"
    r"(?: (?:today|yesterday|now|for good|as well|too))?$",
    r"^(?:now |just |only |as of today )*(?:one|a single|single|a common|um só|una sola?|un solo|une seule|ein einzige[rs]?"
    r"|eine einzige) (?!(?:of|more|thing|day|time|question|last|other|can|could|would|does|is|has|hour|week|month)\b)"
    r"(?!.*\b(?:i|my|we need|you)\b)[\w'*/-]+(?: [\w'*/-]+)*? (?:for|across|in|on|instead|not|of|with|to|that|per)(?: [\w'*/-]+)+$",
    r"^first time (?:that|ever|in|since|we|they|anyone)\b",
    r"^no (?:[\w-]+ ){1,2}(?:needed|required|necessary|lost|affected)$",
)
#: The same in other languages: somebody else's finished deed.
ELSEWHERE = any_of(
    r"^(?:le |la |les |l'|leur |son |sa )(?!une\b)(?:[\w'-]+ ){1,4}?(?:a|ont|est|sont|ont été|a été) (?:[\w'-]+ )?[\w'-]+(?:é|ée|és|ées|i|is|u)\b",
    r"^(?:el |la |los |las |las dos |los dos )(?:[\w-]+ ){1,3}?(?:ha |han )?\w+(?:aron|ieron|ado|ido)\b",
    r"^(?:y |e |que )?(?:el |la |los |su )?[\w-]+(?: [\w-]+){0,3}? (?:se |lo |la |nos |ya )?(?!quedó\b|pasó\b|falló\b|preguntó\b|dijo\b)\w{3,}ó\b",
    r"\b(?:[\w-]+ ){1,6}?(?!aaron\b|macaron\b)[\wñ]{3,}(?:aron|ieron|aram|iram)\b",
    r"\bont (?:tous |toutes |déjà |été |enfin |bien )*\w+(?:é|ée|és|ées|i|is|u|us)\b|^(?:ils|elles) \w+ent\b",
    r"^(?:ela|ele|eles|elas|o time|a equipe|o pessoal) (?:já |agora |todo )*\w{2,}(?:ou|eu|iu|ez|aram|eram|iram)\b",
    r"^(?:ella|él|ellos|ellas|el equipo) (?:ya |ahora )*\w{2,}(?:ó|aron|ieron|izo)\b",
    r"^(?!(?:ich|wir|hab|habe|hätt|man|erste|zweite)\b)(?:und )?(?:[\w'-]+ ){1,4}?(?:hat|haben|wurden?)\b.*\b(?:\w*ge\w+(?:t|en)|\w+iert|(?:ver|be|ent|über)\w+(?:t|en))$",
)
