"""What came of something, told as a plain story: what others then did, agreed to or use, and how it is since.

A clause tells an effect by who acts in it and by what they do. The writer's own deeds are never an effect;
those of a group, of "they" or of whoever gives thanks are.
"""

from __future__ import annotations

from bot.domain.reading.patterns import any_of

#: No word of a group's name: it would begin another phrase.
_NAME = (
    r"(?:(?!(?:i|we|you|my|me|us|to|with|told|tell|asked|helped|showed|gave|got|for|if|when|that|because|by|from|but|so"
    r"|is|are|was|were|has|have|had|can|could|not|no|as|than|what|how|why|who|heard)\b)[\w'/&+-]{1,24} )"
)
_GROUP = (
    r"(?:teams?|squads?|tribes?|guilds?|crews?|people|folks|guys|shifts?|leads?|heads?|directors?|managers?|execs?|boards?"
    r"|committees?|council|management|leadership|c[tfeio]o|vp|gms?|authors?|owners?|maintainers?|devs?|developers?"
    r"|engineers?|designers?|analysts?|scientists?|testers?|customers?|clients?|users?|partners?|vendors?|departments?"
    r"|divisions?|domains?|product|ops|legal|support|sales|finance|security|procurement|qa|marketing|pms?|architects?"
    r"|reviewers?|sres?|platform|infra|studios?|plants?|labs?|services|apps|repos|projects|products|sites|interns?|grads?)"
)
_OTHERS = rf"(?:(?:the )?teams [A-Z][\w-]+(?:(?:, | and | & )[A-Z][\w-]+){{0,3}}|{_NAME}{{0,4}}?{_GROUP}(?: (?:in|at|of|from) (?:the )?[\w-]{{1,24}})?)"
_SINCE = r"(?:'ve|'s| has| have| had)?(?: now| all| both| each| since| then| also| finally| already| later| even)*"
_OPENS = r"^(?:and |but |then |so |heard |now |after (?:[\w':-]{1,24} ){1,8}?)*"
_AGREED = (
    r"(?:agree[ds]?|said (?:yes|ok)|signed|approve[ds]?|accept(?:ed|s)?|commit(?:ted|s)?|fund(?:ed|s)?|endorse[ds]?"
    r"|adopt(?:ed|s)?|backed|backs|bought (?:in|into)|settled?|standardi[sz]ed?|chose|picked|(?:is|are) (?:on board|in for))"
)
_TOOK_UP = (
    r"(?:use[ds]?|copied|copy|follow(?:ed|s)?|derived?|reused?|quoted?|build on|built on|switched|migrated|moved|rotated"
    r"|rewrote|pins?|pinned|forked|publish(?:es)?|emits?|runs?|queue|takes?|owns?|stopp?(?:ed|s)?|parked|dropp?(?:ed|s)?"
    r"|changed?|put|took|wrote|set up|started|returned|lives?|is living|are living)"
)
_NOT_MINE = r"(?!.*\b(?:to|with|asked|told|helped|showed) (?:me|us)\b)(?!.*\banyway\b)"

#: A group agreed or committed to something; an effect even when a text begins with it.
AGREED = any_of(
    rf"{_OPENS}{_NOT_MINE}{_OTHERS}{_SINCE} {_AGREED}\b",
    rf"^(?:so |and |now )*(?:all|both|every|each)(?: of)?(?: the| our)? {_NAME}{{0,3}}?[\w-]{{2,24}}{_SINCE} (?:{_AGREED}|{_TOOK_UP})\b",
    rf"^(?:[A-Z][\w-]+(?: [A-Z][\w-]+)? (?:\+|&|and) )+[A-Z][\w-]+(?: [A-Z][\w-]+)? {_AGREED}\b",
    rf"^{_NAME}{{0,3}}(?:all|both) {_AGREED}\b",
    rf"^(?:and )?after (?:[\w':-]{{1,24}} ){{1,8}}?{_NOT_MINE}{_OTHERS}{_SINCE} {_TOOK_UP}\b",
    r"^(?:so |now )*[A-Z][\w-]+ (?:now )?owns\b",
    r"^(?:so |ok |yes |and )*we(?:'re| are) (?:keeping|going with|staying (?:with|on)|dropping)\b",
    r"\b(?:is|are|was|were|been) (?:now )?(?:adopted|approved|accepted|used|followed|copied) (?:by|in|across)\b",
    r"\b(?:est|sont|es|son|é|são|ist|sind|wird|werden) (?:\w+ )?(?:adopté|utilisé|repris|approuvé|adoptad|utilizad|aprobad|usad|aprovad"
    r"|übernommen|verwendet|genutzt)\w* (?:par|por|pel[oa]s?|von)\b",
)
#: Others took it up, or changed what they do; `they` is told of only after something else.
TAKEN_UP = any_of(
    rf"{_OPENS}{_NOT_MINE}(?:{_OTHERS}|they|everyone|everybody){_SINCE} (?:{_TOOK_UP}|{_AGREED})\b",
    rf"{_OPENS}{_NOT_MINE}(?:who|they)(?:'ve| have) (?:all |both |since |now )*(?!not\b|been\b)\w+",
)
#: How it is now, or since a day.
SINCE = any_of(
    r"^(?!.*\b(?:i|i'm|i've|my|no|nothing|dead|down|blocked|broken|stuck|red|failing|flaky|in progress|waiting|sick|out)\b)(?:[\w'/&.-]+ ){2,}"
    r"since (?:today|yesterday|this morning|last \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)$",
    r"^since (?:today|yesterday|this morning),? (?!i\b|we\b|my\b).+",
    r"^(?:and )?(?:now|ahora|agora|désormais|maintenant|jetzt) (?!(?:i|i'm|we|you|to|on|for|that|if|let's|back|what's|is|it's|please|just)\b)"
    r"(?:[\w'/-]+ ){2,}",
    r"^(?!i\b|we\b|just\b|let's\b|try\b|here\b|once\b)(?:the |our |his |her |their )?(?:[\w'-]+ ){1,5}?[a-z]{2,}(?:s|ing) "
    r"(?:[\w-]+ ){0,3}again$",
    r"^(?:coding|shipping|deploying|building|testing|running|moving|flashing|working) again$",
    r"^(?!i\b|we\b|my\b)(?:the |our |his |her |their |and )?(?:[\w'-]+ ){1,5}?(?:(?:has|have|had) )?"
    r"(?:resumed|recovered|drained|(?:was|is|are|were) draining|passes|pass|went through|(?:is|are|went) (?:through|quiet|green)"
    r"|cleared|dried up|got better|stabili[sz]ed|demoed|came back up)\b",
    r"\btout passe\b|\bplus (?:aucun|rien)\b|無くな|なくなっ|減りまし|採用してく",
)
#: What whoever gives thanks can do, has or did since: the effect on themselves.
ON_WHO_THANKS = any_of(
    r"^(?:and |so |now |today |yesterday |after that )*(?:i|we)(?:'ve| have)?(?: all| both| now| finally| since| just| actually"
    r"| even| already)* (?:can|could|got|found|managed|shipped|merged|learned|understand|understood|saved|avoided|fixed|solved"
    r"|switched|moved|changed|built|made|passed|finished|launched|released|caught|know|knew|sleep|slept|demoed|stopped|did it)\b"
    r"(?!.*\b(?:never|you|your)\b)",
    r"\b(?:i|we) (?:can|could) (?:now |finally |all )?(?!not\b|never\b)\w+",
    r"^(?:took|takes|saved|cut|got) (?:me |us )?(?!care\b|over\b|the time\b)(?:[\w~-]+ )",
    r"^(?:y |ya |e |já |et |und )*(?:nos ahorramos|cambiamos|pudimos|puedo|podemos|ya leo|conseguimos|consegui|conseguí|on a pu|j'ai pu"
    r"|wir konnten|ich konnte|konnten wir|konnte ich)\b",
)
#: A thing in its new state, told without a verb: "topic renamed", "one queue for all of engineering".
NEW_STATE = any_of(
    r"^(?!(?:i|we|not|still|to|all)\b)(?:the |our |old )?(?:[\w'-]+ ){1,4}(?:approved|deleted|removed|renamed|retired|switched off"
    r"|shut down|cancelled|unblocked|restored|funded|averted|avoided|adopted|accepted|agreed|withdrawn|reverted)"
    r"(?: (?:today|yesterday|now|for good|as well|too))?$",
    r"^(?:now |just |only |as of today )*(?:one|a single|single|a common|um só|una sola?|un solo|une seule|ein einzige[rs]?"
    r"|eine einzige) (?!(?:of|more|thing|day|time|question|last|other|can|could|would|does|is|has|hour|week|month)\b)"
    r"(?!.*\b(?:i|my|we need|you)\b)[\w'*/-]+(?: [\w'*/-]+)+$",
    r"^first time (?:that|ever|in|since|we|they|anyone)\b",
    r"^no (?:[\w-]+ ){1,2}(?:needed|required|necessary|lost|affected)$",
)
#: The same in other languages: somebody else's finished deed.
ELSEWHERE = any_of(
    r"^(?:le |la |les |l'|leur |son |sa )(?!une\b)(?:[\w'-]+ ){1,4}?(?:a|ont|est|sont|ont été|a été) (?:[\w'-]+ )?[\w'-]+(?:é|ée|és|ées|i|is|u)\b",
    r"^(?:el |la |los |las |las dos |los dos )(?:[\w-]+ ){1,3}?(?:ha |han )?\w+(?:aron|ieron|ado|ido)\b",
    r"^(?:ela|ele|eles|elas|o time|a equipe|o pessoal) (?:já |agora |todo )*\w{2,}(?:ou|eu|iu|ez|aram|eram|iram)\b",
    r"^(?:ella|él|ellos|ellas|el equipo) (?:ya |ahora )*\w{2,}(?:ó|aron|ieron|izo)\b",
    r"^(?!(?:ich|wir|hab|habe|hätt|man|erste|zweite)\b)(?:und )?(?:[\w'-]+ ){1,4}?(?:hat|haben|wurden?)\b.*\b\w*ge\w+(?:t|en)$",
)
