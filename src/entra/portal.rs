//! Microsoft's portals that an emergency access account signs in to.

use crate::primitives::Cloud;

/// A portal, by the name that a policy has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Portal {
    /// The Microsoft Entra admin center.
    Entra,
    /// The Azure portal.
    Azure,
    /// The Microsoft 365 admin center.
    M365Admin,
}

impl Portal {
    /// Every portal, the one that every administrator has first.
    pub const ALL: [Self; 3] = [Self::Entra, Self::Azure, Self::M365Admin];

    /// Its name in `policy.portals`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Azure => "azure",
            Self::M365Admin => "m365-admin",
        }
    }

    /// The portal of this name in `policy.portals`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|portal| portal.name() == name)
    }

    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra admin center",
            Self::Azure => "Azure portal",
            Self::M365Admin => "Microsoft 365 admin center",
        }
    }

    /// Its host in a cloud, without `https://`.
    #[must_use]
    pub const fn host(self, cloud: Cloud) -> &'static str {
        match (self, cloud) {
            (Self::Entra, Cloud::Global) => "entra.microsoft.com",
            (Self::Entra, Cloud::UsGov | Cloud::UsGovDod) => "entra.microsoft.us",
            (Self::Entra, Cloud::China) => "entra.microsoftonline.cn",
            (Self::Azure, Cloud::Global) => "portal.azure.com",
            (Self::Azure, Cloud::UsGov | Cloud::UsGovDod) => "portal.azure.us",
            (Self::Azure, Cloud::China) => "portal.azure.cn",
            (Self::M365Admin, Cloud::Global) => "admin.microsoft.com",
            (Self::M365Admin, Cloud::UsGov) => "portal.office365.us",
            (Self::M365Admin, Cloud::UsGovDod) => "portal.apps.mil",
            (Self::M365Admin, Cloud::China) => "portal.partner.microsoftonline.cn",
        }
    }

    /// Its address in a cloud.
    #[must_use]
    pub fn address(self, cloud: Cloud) -> String {
        format!("https://{}", self.host(cloud))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_is_found_by_its_name_and_has_an_address_in_every_cloud() {
        for portal in Portal::ALL {
            assert_eq!(Portal::named(portal.name()), Some(portal));
        }
        assert_eq!(Portal::named("teams"), None);
        let addresses = [Cloud::Global, Cloud::UsGov, Cloud::UsGovDod, Cloud::China]
            .map(|cloud| Portal::ALL.map(|portal| portal.host(cloud)));
        assert_eq!(
            addresses,
            [
                [
                    "entra.microsoft.com",
                    "portal.azure.com",
                    "admin.microsoft.com"
                ],
                [
                    "entra.microsoft.us",
                    "portal.azure.us",
                    "portal.office365.us"
                ],
                ["entra.microsoft.us", "portal.azure.us", "portal.apps.mil"],
                [
                    "entra.microsoftonline.cn",
                    "portal.azure.cn",
                    "portal.partner.microsoftonline.cn"
                ],
            ]
        );
        assert_eq!(
            Portal::Entra.address(Cloud::Global),
            "https://entra.microsoft.com"
        );
    }
}
