"""What the pages say of how a payment stands: a title, and sentences (a line each). Rows as in `pay_words`."""

from collections.abc import Mapping

NEWS: Mapping[str, tuple[str, str, str]] = {
    "stale_title": ("Please ring us again", "कृपया हमें फिर फ़ोन कीजिए", "ದಯವಿಟ್ಟು ಮತ್ತೆ ಕರೆ ಮಾಡಿ"),
    "stale": (
        "The safety questions were answered more than half an hour ago. For the patient’s safety we ask them again before anybody pays.\n"
        "Nothing was charged.",
        "सुरक्षा के सवालों के जवाब आधे घंटे से पहले के हैं। मरीज़ की सुरक्षा के लिए, भुगतान से पहले हम उन्हें फिर पूछते हैं।\nकोई पैसा नहीं लिया गया।",
        "ಸುರಕ್ಷತೆಯ ಪ್ರಶ್ನೆಗಳಿಗೆ ಉತ್ತರಿಸಿ ಅರ್ಧ ಗಂಟೆ ದಾಟಿದೆ. ರೋಗಿಯ ಸುರಕ್ಷತೆಗಾಗಿ ಪಾವತಿಗೆ ಮುನ್ನ ಅವನ್ನು ಮತ್ತೆ ಕೇಳುತ್ತೇವೆ.\nಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ.",
    ),
    "closed_title": ("No doctor can be had just now", "अभी कोई डॉक्टर उपलब्ध नहीं हैं", "ಈಗ ಯಾವ ವೈದ್ಯರೂ ಲಭ್ಯವಿಲ್ಲ"),
    "closed": (
        "So we take no money now. Nothing was charged.\nWe can call you instead, free of charge.",
        "इसलिए अभी हम पैसे नहीं लेते। कोई पैसा नहीं लिया गया।\nहम आपको बाद में मुफ़्त कॉल कर सकते हैं।",
        "ಆದ್ದರಿಂದ ಈಗ ಹಣ ಪಡೆಯುವುದಿಲ್ಲ. ಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ.\nಬದಲಿಗೆ ನಾವೇ ಉಚಿತವಾಗಿ ಕರೆ ಮಾಡಬಹುದು.",
    ),
    "call_button": ("Call me instead", "मुझे कॉल कीजिए", "ನನಗೆ ಕರೆ ಮಾಡಿ"),
    "called_title": ("We will call you", "हम आपको कॉल करेंगे", "ನಾವು ನಿಮಗೆ ಕರೆ ಮಾಡುತ್ತೇವೆ"),
    "called": (
        "When: {day}, {time}, on the phone that rang us.\nNothing was charged, and the call is free.",
        "कब: {day}, {time}, उसी फ़ोन पर जिससे हमें कॉल आई थी।\nकोई पैसा नहीं लिया गया, और यह कॉल मुफ़्त है।",
        "ಯಾವಾಗ: {day}, {time}, ನಮಗೆ ಕರೆ ಬಂದ ಫೋನಿಗೆ.\nಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ, ಈ ಕರೆ ಉಚಿತ.",
    ),
    "uncalled_title": ("We could not book a call", "कॉल तय नहीं हो सकी", "ಕರೆ ಗೊತ್ತುಮಾಡಲು ಆಗಲಿಲ್ಲ"),
    "uncalled": (
        "Nothing was charged. Please ring us again.",
        "कोई पैसा नहीं लिया गया। कृपया हमें फिर फ़ोन कीजिए।",
        "ಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ. ದಯವಿಟ್ಟು ಮತ್ತೆ ಕರೆ ಮಾಡಿ.",
    ),
    "paid_title": ("Payment received. Thank you.", "भुगतान मिल गया। धन्यवाद।", "ಪಾವತಿ ಬಂದಿದೆ. ಧನ್ಯವಾದ."),
    "paid": (
        "We call the phone that rang us within {minutes} minutes of the payment, or all of it goes back by itself. Please keep it near.\n"
        "You may close this page.",
        "जिस फ़ोन से हमें कॉल आई थी, उस पर हम भुगतान के {minutes} मिनट के भीतर कॉल करेंगे, नहीं तो पूरा पैसा अपने-आप वापस। कृपया फ़ोन पास रखिए।\n"
        "यह पेज बंद कर सकते हैं।",
        "ನಮಗೆ ಕರೆ ಬಂದ ಫೋನಿಗೆ ಪಾವತಿಯಾದ {minutes} ನಿಮಿಷಗಳಲ್ಲಿ ಕರೆ ಮಾಡುತ್ತೇವೆ, ಇಲ್ಲದಿದ್ದರೆ ಪೂರ್ಣ ಹಣ ತಾನಾಗಿಯೇ ವಾಪಸ್. ಫೋನ್ ಹತ್ತಿರ ಇಟ್ಟುಕೊಳ್ಳಿ.\nಈ ಪುಟವನ್ನು ಮುಚ್ಚಬಹುದು.",
    ),
    "refunding_title": ("Your money is on its way back", "आपका पैसा लौट रहा है", "ನಿಮ್ಮ ಹಣ ವಾಪಸ್ ಬರುತ್ತಿದೆ"),
    "refunding": (
        "All of {amount} goes back the way it was paid. You need not do anything.",
        "पूरे {amount} उसी तरह लौट रहे हैं जैसे चुकाए गए थे। आपको कुछ नहीं करना है।",
        "ಪೂರ್ಣ {amount} ಪಾವತಿಸಿದ ದಾರಿಯಲ್ಲೇ ವಾಪಸ್ ಬರುತ್ತಿದೆ. ನೀವು ಏನೂ ಮಾಡಬೇಕಿಲ್ಲ.",
    ),
    "refunded_title": ("Your money was sent back", "आपका पैसा लौटा दिया गया", "ನಿಮ್ಮ ಹಣ ವಾಪಸ್ ಕಳುಹಿಸಲಾಗಿದೆ"),
    "refunded": (
        "All of {amount} was sent back the way it was paid.",
        "पूरे {amount} उसी तरह लौटा दिए गए जैसे चुकाए गए थे।",
        "ಪೂರ್ಣ {amount} ಪಾವತಿಸಿದ ದಾರಿಯಲ್ಲೇ ವಾಪಸ್ ಕಳುಹಿಸಲಾಗಿದೆ.",
    ),
    "completed_title": ("The consultation is over", "सलाह पूरी हो गई", "ಸಲಹೆ ಮುಗಿದಿದೆ"),
    "completed": (
        "It was paid, and there is nothing more to pay. Thank you, and take care.",
        "उसका भुगतान हो चुका है, और कुछ देना बाक़ी नहीं है। धन्यवाद, अपना ध्यान रखिए।",
        "ಅದರ ಪಾವತಿ ಆಗಿದೆ, ಇನ್ನೇನೂ ಬಾಕಿ ಇಲ್ಲ. ಧನ್ಯವಾದ, ಆರೋಗ್ಯ ನೋಡಿಕೊಳ್ಳಿ.",
    ),
    "over_title": ("There is nothing to pay", "कुछ देना बाक़ी नहीं है", "ಪಾವತಿಸಲು ಏನೂ ಇಲ್ಲ"),
    "over": (
        "This link has done its work. Money that was paid by it after all goes back in full, by itself.\n"
        "For a doctor, please ring us again.",
        "इस लिंक का काम पूरा हो चुका है। फिर भी इससे भुगतान हो गया हो, तो पूरा पैसा अपने-आप लौटेगा।\nडॉक्टर के लिए कृपया हमें फिर फ़ोन कीजिए।",
        "ಈ ಲಿಂಕ್‌ನ ಕೆಲಸ ಮುಗಿದಿದೆ. ಆದರೂ ಇದರಿಂದ ಪಾವತಿಯಾಗಿದ್ದರೆ ಪೂರ್ಣ ಹಣ ತಾನಾಗಿಯೇ ವಾಪಸ್ ಬರುತ್ತದೆ.\nವೈದ್ಯರಿಗಾಗಿ ದಯವಿಟ್ಟು ಮತ್ತೆ ಕರೆ ಮಾಡಿ.",
    ),
    "waiting_title": ("One moment, please", "एक क्षण रुकिए", "ಒಂದು ಕ್ಷಣ, ದಯವಿಟ್ಟು"),
    "waiting": (
        "The payment company’s page opens by itself. Nothing has been charged yet.",
        "भुगतान कंपनी का पेज अपने-आप खुलेगा। अभी कोई पैसा नहीं लिया गया है।",
        "ಪಾವತಿ ಕಂಪನಿಯ ಪುಟ ತಾನಾಗಿಯೇ ತೆರೆಯುತ್ತದೆ. ಇನ್ನೂ ಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ.",
    ),
    "checking_title": ("We are checking your payment", "हम आपका भुगतान जाँच रहे हैं", "ನಿಮ್ಮ ಪಾವತಿಯನ್ನು ಪರಿಶೀಲಿಸುತ್ತಿದ್ದೇವೆ"),
    "checking": (
        "This page says so as soon as the payment company tells us that it came. Please do not pay a second time.\n"
        "You may close this page: once it came, we call the phone that rang us.",
        "जैसे ही भुगतान कंपनी बताएगी कि पैसा आ गया, यह पेज बता देगा। कृपया दोबारा भुगतान न करें।\n"
        "यह पेज बंद कर सकते हैं: पैसा आते ही हम उस फ़ोन पर कॉल करेंगे जिससे हमें कॉल आई थी।",
        "ಹಣ ಬಂದಿದೆ ಎಂದು ಪಾವತಿ ಕಂಪನಿ ತಿಳಿಸಿದ ಕೂಡಲೇ ಈ ಪುಟ ಹೇಳುತ್ತದೆ. ದಯವಿಟ್ಟು ಎರಡನೇ ಬಾರಿ ಪಾವತಿಸಬೇಡಿ.\n"
        "ಈ ಪುಟವನ್ನು ಮುಚ್ಚಬಹುದು: ಹಣ ಬಂದ ಕೂಡಲೇ ನಮಗೆ ಕರೆ ಬಂದ ಫೋನಿಗೆ ಕರೆ ಮಾಡುತ್ತೇವೆ.",
    ),
    "to_gateway": (
        "Not paid yet? To the payment page",
        "अभी भुगतान नहीं किया? भुगतान पेज पर जाएँ",
        "ಇನ್ನೂ ಪಾವತಿಸಿಲ್ಲವೇ? ಪಾವತಿ ಪುಟಕ್ಕೆ ಹೋಗಿ",
    ),
    "ended_title": ("This payment page has closed", "यह भुगतान पेज बंद हो चुका है", "ಈ ಪಾವತಿ ಪುಟ ಮುಚ್ಚಿದೆ"),
    "ended": (
        "If you paid, we see it by ourselves: please do not pay again before you hear from us.\n"
        "If you did not, nothing was charged. To pay, tap the link in our SMS again.",
        "अगर भुगतान कर चुके हैं, तो हमें अपने-आप पता चलेगा: हमसे सुनने तक दोबारा भुगतान न करें।\n"
        "अगर नहीं, तो कोई पैसा नहीं लिया गया। भुगतान के लिए हमारे SMS का लिंक फिर खोलिए।",
        "ಪಾವತಿಸಿದ್ದರೆ ನಮಗೆ ತಾನಾಗಿಯೇ ತಿಳಿಯುತ್ತದೆ: ನಮ್ಮಿಂದ ತಿಳಿಯುವವರೆಗೆ ಮತ್ತೆ ಪಾವತಿಸಬೇಡಿ.\nಪಾವತಿಸಿಲ್ಲವಾದರೆ ಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ. ಪಾವತಿಸಲು ನಮ್ಮ SMS ನ ಲಿಂಕನ್ನು ಮತ್ತೆ ತೆರೆಯಿರಿ.",
    ),
    "failed_title": ("Paying does not work just now", "अभी भुगतान नहीं हो पा रहा है", "ಈಗ ಪಾವತಿ ಆಗುತ್ತಿಲ್ಲ"),
    "failed": (
        "Nothing was charged. To try again, tap the link in our SMS in a few minutes, or ring us.",
        "कोई पैसा नहीं लिया गया। कुछ मिनट बाद हमारे SMS का लिंक फिर खोलिए, या हमें फ़ोन कीजिए।",
        "ಯಾವ ಹಣವನ್ನೂ ಪಡೆದಿಲ್ಲ. ಕೆಲವು ನಿಮಿಷಗಳ ನಂತರ ನಮ್ಮ SMS ನ ಲಿಂಕನ್ನು ಮತ್ತೆ ತೆರೆಯಿರಿ, ಅಥವಾ ನಮಗೆ ಕರೆ ಮಾಡಿ.",
    ),
}
