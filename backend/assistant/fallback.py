"""What is said without a model, to clients that show no words of their own."""

from backend.errors import AssistantRefused

SORRY = {
    "en": "I can't answer right now. Your message is saved. Please try again in a moment.",
    "de": (
        "Ich kann gerade nicht antworten. Ihre Nachricht ist gespeichert; bitte versuchen Sie"
        " es gleich noch einmal."
    ),
    "es": (
        "Ahora mismo no puedo responder. Tu mensaje está guardado; vuelve a intentarlo en un"
        " momento."
    ),
    "fr": (
        "Je ne peux pas répondre pour le moment. Votre message est enregistré ; réessayez dans"
        " un instant."
    ),
    "hi": (
        "मैं अभी जवाब नहीं दे पा रहा हूँ। आपका संदेश सुरक्षित है;"
        # Without this comment the formatter, which counts widths, would join the two.
        " कृपया थोड़ी देर में फिर कोशिश करें।"
    ),
    "ml": (
        "ഇപ്പോൾ മറുപടി നൽകാൻ കഴിയുന്നില്ല. നിങ്ങളുടെ സന്ദേശം സൂക്ഷിച്ചിട്ടുണ്ട്; അൽപ്പസമയത്തിനു"
        " ശേഷം വീണ്ടും ശ്രമിക്കുക."
    ),
    "ja": (
        "ただいまお答えできません。メッセージは保存されています。"
        "しばらくしてからもう一度お試しください。"
    ),
    "ar": "لا يمكنني الرد الآن. تم حفظ رسالتك؛ يرجى المحاولة مرة أخرى بعد قليل.",
}
REFUSED = {
    "en": "I can't answer this message. Please rephrase it.",
    "de": "Auf diese Nachricht kann ich nicht antworten. Bitte formulieren Sie sie anders.",
    "es": "No puedo responder a este mensaje. Exprésalo con otras palabras.",
    "fr": "Je ne peux pas répondre à ce message. Veuillez le formuler autrement.",
    "hi": "मैं इस संदेश का जवाब नहीं दे सकता। कृपया इसे दूसरे शब्दों में लिखें।",
    "ml": "ഈ സന്ദേശത്തിന് മറുപടി നൽകാൻ കഴിയില്ല. ദയവായി മറ്റൊരു രീതിയിൽ എഴുതുക.",
    "ja": "このメッセージにはお答えできません。別の言い方でお試しください。",
    "ar": "لا يمكنني الرد على هذه الرسالة. يرجى صياغتها بكلمات أخرى.",
}
STILL_WORKING = {
    "en": "I'm still working on this. Please ask again in a moment.",
    "de": "Ich arbeite noch daran. Bitte fragen Sie gleich noch einmal.",
    "es": "Todavía estoy en ello. Vuelve a preguntar en un momento.",
    "fr": "J'y travaille encore. Reposez la question dans un instant.",
    "hi": "मैं अभी इस पर काम कर रहा हूँ। कृपया थोड़ी देर में फिर पूछें।",
    "ml": "ഞാൻ ഇതിൽ ഇപ്പോഴും പ്രവർത്തിക്കുകയാണ്. അൽപ്പസമയത്തിനു ശേഷം വീണ്ടും ചോദിക്കുക.",
    "ja": "まだ回答を準備しています。しばらくしてからもう一度お尋ねください。",
    "ar": "ما زلت أعمل على ذلك. يرجى السؤال مرة أخرى بعد قليل.",
}
A_PERSON_ANSWERS = {
    "en": "A person from our team has this chat and will answer here.",
    "de": "Jemand aus unserem Team hat diesen Chat übernommen und antwortet hier.",
    "es": "Una persona de nuestro equipo lleva este chat y responderá aquí.",
    "fr": "Une personne de notre équipe suit ce chat et répondra ici.",
    "hi": "हमारी टीम का एक सदस्य इस चैट को देख रहा है और यहीं जवाब देगा।",
    "ml": "ഞങ്ങളുടെ ടീമിലെ ഒരാൾ ഈ ചാറ്റ് ഏറ്റെടുത്തിട്ടുണ്ട്; മറുപടി ഇവിടെ ലഭിക്കും.",
    "ja": "このチャットは当店のスタッフが担当しています。こちらでお返事します。",
    "ar": "يتولى أحد أفراد فريقنا هذه الدردشة وسيرد عليك هنا.",
}
# What is said in place of a reply, by how the turn stands, or else why it failed.
INSTEAD = {
    "queued": STILL_WORKING,
    "running": STILL_WORKING,
    "handed_over": A_PERSON_ANSWERS,
    AssistantRefused.code: REFUSED,
}


def instead(status: str, failure: str | None, locale: str | None) -> str:
    """The sentence for a turn that has no reply."""
    return sentence(INSTEAD.get(status) or INSTEAD.get(failure or "", SORRY), locale)


def sentence(sentences: dict[str, str], locale: str | None) -> str:
    """In the shopper's language where we speak it, else in English."""
    return sentences.get((locale or "").split("-")[0].lower(), sentences["en"])
