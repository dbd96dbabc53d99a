"""What the chat in the theme says by itself, for the preview: a test holds it against the words of
the extension.
"""

from dataclasses import dataclass

# What a page in any other language has, as Shopify takes the extension's default then.
DEFAULT = "en"
# In place of the languages.
SLOT = "{languages}"


@dataclass(frozen=True, slots=True)
class WidgetWords:
    """`languages` is the line that names them, with SLOT in it."""

    title: str
    kind: str
    greeting: str
    languages: str
    direction: str = "ltr"


WORDS = {
    "ar": WidgetWords(
        "تحدّث معنا",
        "مساعد بالذكاء الاصطناعي",
        "مرحبًا! كيف يمكنني مساعدتك؟",
        "اللغات: {languages}",
        "rtl",
    ),
    "de": WidgetWords(
        "Chatten Sie mit uns",
        "KI-Assistent",
        "Hallo! Wobei kann ich Ihnen helfen?",
        "Sprachen: {languages}",
    ),
    "en": WidgetWords(
        "Chat with us",
        "AI assistant",
        "Hello! What can I help you with?",
        "Languages: {languages}",
    ),
    "es": WidgetWords(
        "Chatea con nosotros",
        "Asistente de IA",
        "¡Hola! ¿En qué puedo ayudarte?",
        "Idiomas: {languages}",
    ),
    "fr": WidgetWords(
        "Discutez avec nous",
        "Assistant IA",
        "Bonjour ! Comment puis-je vous aider ?",
        "Langues : {languages}",
    ),
    "hi": WidgetWords(
        "हमसे चैट करें",
        "AI असिस्टेंट",
        "नमस्ते! मैं आपकी क्या मदद करूँ?",
        "भाषाएँ: {languages}",
    ),
    "ja": WidgetWords(
        "チャットで相談",
        "AIアシスタント",
        "こんにちは。何かお手伝いできることはありますか？",
        "対応言語：{languages}",
    ),
    "ml": WidgetWords(
        "ഞങ്ങളോട് ചാറ്റ് ചെയ്യൂ",
        "AI അസിസ്റ്റന്റ്",
        "നമസ്കാരം! എന്താണ് അറിയേണ്ടത്?",
        "ഭാഷകൾ: {languages}",
    ),
}
