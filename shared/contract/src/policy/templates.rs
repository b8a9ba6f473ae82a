//! The texts of a notice, as the policy words them. They are only read here: who puts notices into words tries them out.

use serde::{Deserialize, Serialize};

/// The policy's templates, in the Jinja language.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Templates {
    /// The e-mail's subject: one line.
    pub email_subject: String,
    /// The template of the e-mail's text.
    pub email: String,
    /// The SMS without its ending, which is the policy's address to read more; it is cut where it is too long.
    pub sms: String,
    /// The same of what is told of anything but a ticket.
    #[serde(default = "TemplateSet::of_bulletin")]
    pub bulletin: TemplateSet,
    /// The same of one message that carries several notices.
    #[serde(default = "TemplateSet::of_digest")]
    pub digest: TemplateSet,
}

/// The templates of a bulletin, or of a digest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TemplateSet {
    /// See [`Templates::email_subject`].
    pub email_subject: String,
    /// See [`Templates::email`].
    pub email: String,
    /// See [`Templates::sms`].
    pub sms: String,
}

impl TemplateSet {
    /// Of a policy whose versions have none of their own.
    fn of_bulletin() -> Self {
        Self {
            email_subject: "{{ heading }}".to_owned(),
            email: "{{ provider }}: {{ heading }}\n\nNotice: {{ noticeId }}, {{ label }}\nDate and time: {{ at }}\n{% if changes %}What changed:\n\
                    {% for change in changes %}  - {{ change }}\n{% endfor %}{% endif %}{% for line in lines %}{{ line.name }}: {{ line.value }}\n\
                    {% endfor %}\nContact: {{ contact }}\nRead more: {{ readMore }}\n"
                .to_owned(),
            sms: "{{ provider }} {{ heading }}{% for change in changes %}. {{ change }}{% endfor %}".to_owned(),
        }
    }

    /// See [`TemplateSet::of_bulletin`].
    fn of_digest() -> Self {
        Self {
            email_subject: "{{ count }} notices: {{ about }}".to_owned(),
            email: "{{ provider }}: {{ count }} notices in one message\n{% for notice in notices %}\n\
                    ---- {{ loop.index }} of {{ count }}: {{ notice.subject }}\n\n{{ notice.text }}\n{% endfor %}"
                .to_owned(),
            sms: "{{ provider }} {{ count }} notices: {{ about }}".to_owned(),
        }
    }
}
