"""Whether words say that something worked, failed again, or ask for help."""

from __future__ import annotations

from bot.domain.reading.patterns import any_of

#: More of a message isn't needed to tell; "that worked" stands at its beginning or its end.
_HEAD, _TAIL = 2_000, 1_000

_WORKED = any_of(
    r"\b(?:that|this|it|which)(?:'s| is| was| has)? ?(?:totally |really |just |actually |indeed |all )?"
    r"(?:worked|works|fixed|solved|helped|unblocked|sorted|nailed|did (?:it|the trick))\b",
    r"\b(?:that|this|it) was (?:exactly |indeed |totally )?it\b(?! (?:supposed|worth|possible|true|ok))",
    r"\b(?:that|this)(?:'s| is) it[!,.]? (?:thanks|thank you|thx|works)",
    r"\bwas it(?:[,!.;:) ]|$)",
    r"\b(?:did the trick|that was the (?:issue|problem|fix|one|cause))",
    r"\b(?:works?|working|green|deploying|moving|running|building|passing|passes|publishing|up|unblocked|good|fixed)"
    r" (?:again|now|for me now|for us now)\b",
    r"(?:'s| is| are) (?:all |now |back to )?(?:green|unblocked|unstuck|back up|live again|up again)\b",
    r"\bnow (?:it )?(?:works|runs|passes|builds|deploys)\b",
    r"\b(?:i'm|im|i am|we're|we are|she's|he's|they're) (?:now )?(?:unblocked|unstuck|in\b(?! the| a)|back in|good to go"
    r"|up and running|moving|back on track|all set|deploying|publishing)",
    r"\b(?:all green|problem solved|no more errors|(?:issue|error|problem) is gone|got it working|good to go now)\b",
    r"^(?:it )?works (?:with|w/)|^(?:the )?[\w-]+(?: [\w-]+){0,2} works(?: again| now)?$",
    r"^(?:it )?works?(?:ed)?(?: great| perfectly| like a charm| fine| now)?(?:[,.!]|$)",
    r"^(?:merged|deployed|shipped|resolved|sorted|fixed|unblocked|solved|worked|perfect)(?:[,.!]|$)",
    r"\b(?:funcionó|funciona (?:ahora|de nuevo)|(?:ya|ahora)(?: sí)? (?:funciona|puede|puedo|anda)|(?:ya )?quedó)\b",
    r"\bera (?:eso|el|la)\b|\beso era\b|\b(?:solucionado|resuelto|arreglado)\b",
    r"\bhat (?:geklappt|funktioniert|geholfen)\b|\b(?:das|es) war'?s\b|\bdaran lag\b|\blag (?:es )?(?:daran|am|an der)\b",
    r"\b(?:klappt|funktioniert|läuft|geht) (?:jetzt|wieder|nun|es)\b|\bjetzt (?:geht|läuft|klappt|funktioniert)\b",
    r"\bça (?:marche|fonctionne|remarche)\b|\bça a (?:marché|fonctionné)|\bc'était (?:ça|bien|le|la|l')",
    r"\bc'est (?:bon|réglé|résolu)|\b(?:résolu|réglé|débloqué)(?:[,.! ]|$)|\bde nouveau\b",
    r"\b(?:funcionou|deu certo|agora (?:sim )?(?:funciona|foi|deu|roda)|era isso|resolvido|resolveu)\b",
    r"動きました|動くように|直りました|できました|解決しました|うまくいきました|通りました|治りました|助かりました",
)
_THANKS = any_of(
    r"\b(?:thanks?|thank you|thx|tysm|ty|cheers|ta|gracias|danke|merci|obrigad[oa]|valeu)\b",
    r"\byou(?:'re| are) (?:a |the )?(?:star|legend|lifesaver|best)\b|ありがと|感謝|助かり",
)
_SETBACK = any_of(
    r"\b(?:didn't|didnt|did not|doesn't|doesnt|does not|don't|isn't|not|never|hasn't) (?:[\w']{1,20} ){0,2}?"
    r"(?:work|works|worked|working|help|helped|fix|fixed|it|solve|solved|unblock\w*|green)\b",
    r"\b(?:nobody|no one|none) (?:knows|picked|signed|agree[sd]|read|answered|came|showed|cares|replied|can say)\b|\bhasn't changed\b",
    r"\b(?:they|he|she)\b.*\b(?:anyway|regardless|as it was|without us)\b",
    r"\bnot (?:for me|for us|(?:[\w']{1,20} )?yet)\b|\bno (?:luck|dice|joy|change|difference|idea)\b|\bnope\b|\bspoke too soon\b",
    r"\b(?:same|different|another|new) (?:error|issue|problem|failure)\b",
    r"\bstill (?:fail\w*|broken|stuck|see\w*|get\w*|red|the same|not|no|happen\w*|down|waiting|blocked)\b",
    r"\b(?:it's|it is|error is|errors are|problem is|comes|came) back\b(?! (?:up|to normal|online|in|on))",
    r"\b(?:broke|fails?|failing|failed|broken|down|happening) again\b",
    r"(?:\b(?:is|are|am|still)|'s|'re|'m) (?:now |again )?(?:stuck|blocked|broken|failing|red)\b",
    r"\bfor (?:an? |ten |five |\d+ )?(?:minutes?|moment|while|hours?|days?),? (?:but|then)",
    r"\b(?:no (?:me )?funciona|no funcionó|sigue (?:fallando|igual)|sin suerte)\b",
    r"\b(?:geht|klappt|funktioniert|läuft) (?:immer noch |leider )?nicht\b|\bimmer noch\b|\bleider nicht\b",
    r"\b(?:marche|fonctionne) (?:toujours )?pas\b|\btoujours pas\b|\btoujours l",
    r"\bnão (?:funciona|funcionou|deu)\b|\bainda não\b|\bcontinua (?:falhando|com|dando)\b",
    r"動かない|動きません|ダメ|直らない|直りません|まだ(?:エラー|失敗)",
)
_NOT_TRIED_YET = any_of(
    r"\b(?:will|i'll|we'll|let me|gonna|going to|about to) (?:try|check|test|look|give|have a look|see|report back)\b",
    r"\btrying (?:it|that|this)?\b|\b(?:lo pruebo|voy a probar|probier\w*|j'essaie|je vais essayer|vou (?:testar|tentar))\b",
    r"試してみます",
)
_ALONE = any_of(
    r"\b(?:nvm|never ?mind|figured it out(?: myself)?|(?:found|fixed|solved) it myself|false alarm|my (?:own )?bad)\b",
)
_ASIDE = any_of(
    r"^(?:on it|looking(?: into it)?|checking|let me (?:look|check|see)|will look|one (?:sec|moment)|hm+|ok(?:ay)?|ah+|oh+|np"
    r"|no problem|you're welcome|yw|any ?time|glad .*|nice|great|cool|awesome|lol|haha|same(?: here| issue| problem)?|me too"
    r"|following|\+1|:[a-z0-9_+-]+:|de nada|gerne|de rien|avec plaisir|いえいえ)[ .!,:)]*$",
    r"^(?:same (?:here|issue|problem)|me too|following)\b",
)
_ASKS = any_of(
    r"[?？]",
    r"\b(?:anyone|anybody|any ideas?|does someone|can (?:someone|somebody)|could (?:someone|somebody))\b",
    r"\b(?:how (?:do|can|should) (?:i|we)|please help|need (?:help|a hand)|help (?:with|please|pls|needed))\b",
    r"\b(?:stuck|blocked|can't|cannot|can not|failing|fails|broken|expired|not working|doesn't work|won't)\b",
    r"\b(?:errors?|exception|timing out|times out|timeout|denied|hangs|crashes|crashing|no idea)\b",
    r"\b(?:alguien|ayuda|no puedo|no me deja|jemand|hilfe|hängt|komme nicht weiter|geht nicht)\b",
    r"\b(?:quelqu'un|bloquée?|n'arrive pas|alguém|ajuda|travad[oa]|não consigo)\b",
    r"ですか|ますか|エラー|できない|できません|動かない|困って",
)


def says_it_worked(text: str) -> bool:
    """Whether the words tell of an effect: it works, it was that, somebody moves on. Setbacks are none."""
    return _WORKED.search(_flat(text)) is not None and not is_setback(text)


def gives_thanks(text: str) -> bool:
    """Whether somebody is thanked."""
    return _THANKS.search(_flat(text)) is not None


def is_setback(text: str) -> bool:
    """Whether the words say that it doesn't work, still or again."""
    return _SETBACK.search(_flat(text)) is not None


def puts_off(text: str) -> bool:
    """Whether the words say that it is still to be tried."""
    return _NOT_TRIED_YET.search(_flat(text)) is not None


def solved_alone(text: str) -> bool:
    """Whether the asker says they found it themselves."""
    return _ALONE.search(_flat(text)) is not None


def is_aside(text: str) -> bool:
    """Whether it is an acknowledgement or company, and no answer: "on it", "+1", "same here"."""
    return _ASIDE.search(_flat(text)) is not None


def asks(text: str) -> bool:
    """Whether it is a question, or tells of being stuck."""
    return _ASKS.search(_flat(text)) is not None


def _flat(text: str) -> str:
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    return " ".join(text.replace("’", "'").split())
