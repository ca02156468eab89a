//! Account and credentials, from the variables that the services' own tools read. Nothing else is
//! asked for them: no metadata service of the machine, no profile, no file.

use super::fault::OpenFault;
use crate::plan::ObjectUrl;
use object_store::ClientOptions;
use object_store::RetryConfig;
use object_store::aws::AmazonS3Builder;
use object_store::azure::AzureConfigKey;
use object_store::azure::MicrosoftAzureBuilder;
use std::net::IpAddr;

/// Reads a variable; `None` if it is not set, or empty.
pub(super) type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

const ACCOUNT: &str = "AZURE_STORAGE_ACCOUNT";
const AZURE_ENDPOINT: &str = "AZURE_STORAGE_ENDPOINT";
const CONNECTION: &str = "AZURE_STORAGE_CONNECTION_STRING";
const AZURE_CREDENTIAL: &str = "AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_TOKEN or \
                                AZURE_STORAGE_CLIENT_ID, _CLIENT_SECRET and _TENANT_ID";
const S3_ENDPOINT: &str = "AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL";

/// How patient a client is.
pub(super) struct Patience {
    pub(super) options: ClientOptions,
    pub(super) retry: RetryConfig,
}

/// The Azure client's settings for the container of `url`.
pub(super) fn azure(
    url: &ObjectUrl,
    patience: Patience,
    lookup: Lookup<'_>,
) -> Result<MicrosoftAzureBuilder, OpenFault> {
    let connection = lookup(CONNECTION).unwrap_or_default();
    let named = |key: &str| {
        let mut parts = connection
            .split(';')
            .filter_map(|part| part.split_once('='));
        let value = parts.find(|(name, _)| name.trim() == key)?.1.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let account = first(lookup, &[ACCOUNT, "AZURE_STORAGE_ACCOUNT_NAME"])
        .or_else(|| named("AccountName"))
        .ok_or(OpenFault::Missing(ACCOUNT))?;
    let endpoint = lookup(AZURE_ENDPOINT)
        .or_else(|| named("BlobEndpoint"))
        .or_else(|| {
            Some(format!(
                "https://{account}.blob.{}",
                named("EndpointSuffix")?
            ))
        });
    let mut options = patience.options;
    if let Some(endpoint) = &endpoint {
        options = options.with_allow_http(plain_http(endpoint, AZURE_ENDPOINT)?);
    }
    let mut builder = MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_container_name(url.container())
        .with_client_options(options)
        .with_retry(patience.retry);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
    }
    let key = [
        "AZURE_STORAGE_KEY",
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCESS_KEY",
    ];
    let sas = ["AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY"];
    if let Some(key) = first(lookup, &key).or_else(|| named("AccountKey")) {
        return Ok(builder.with_config(AzureConfigKey::AccessKey, key));
    }
    if let Some(sas) = first(lookup, &sas).or_else(|| named("SharedAccessSignature")) {
        return Ok(builder.with_config(AzureConfigKey::SasKey, sas));
    }
    if let Some(token) = lookup("AZURE_STORAGE_TOKEN") {
        return Ok(builder.with_config(AzureConfigKey::Token, token));
    }
    let principal = (
        lookup("AZURE_STORAGE_CLIENT_ID"),
        lookup("AZURE_STORAGE_CLIENT_SECRET"),
        lookup("AZURE_STORAGE_TENANT_ID"),
    );
    match principal {
        (Some(id), Some(secret), Some(tenant)) => Ok(builder
            .with_config(AzureConfigKey::ClientId, id)
            .with_config(AzureConfigKey::ClientSecret, secret)
            .with_config(AzureConfigKey::AuthorityId, tenant)),
        (_, _, _) => Err(OpenFault::Missing(AZURE_CREDENTIAL)),
    }
}

/// The S3 client's settings for the bucket of `url`.
pub(super) fn s3(
    url: &ObjectUrl,
    patience: Patience,
    lookup: Lookup<'_>,
) -> Result<AmazonS3Builder, OpenFault> {
    let needed = |name: &'static str| lookup(name).ok_or(OpenFault::Missing(name));
    let id = needed("AWS_ACCESS_KEY_ID")?;
    let secret = needed("AWS_SECRET_ACCESS_KEY")?;
    let region = first(lookup, &["AWS_REGION", "AWS_DEFAULT_REGION"])
        .ok_or(OpenFault::Missing("AWS_REGION"))?;
    let endpoint = first(lookup, &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]);
    let mut options = patience.options;
    if let Some(endpoint) = &endpoint {
        options = options.with_allow_http(plain_http(endpoint, S3_ENDPOINT)?);
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(url.container())
        .with_access_key_id(id)
        .with_secret_access_key(secret)
        .with_region(region)
        .with_client_options(options)
        .with_retry(patience.retry);
    if let Some(token) = lookup("AWS_SESSION_TOKEN") {
        builder = builder.with_token(token);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
    }
    Ok(builder)
}

fn first(lookup: Lookup<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| lookup(name))
}

/// Whether an endpoint is reached without TLS, which only this machine itself may be.
fn plain_http(endpoint: &str, variable: &'static str) -> Result<bool, OpenFault> {
    let clean = |rest: &str| !rest.is_empty() && !rest.contains(['?', '#', '@']);
    if let Some(rest) = endpoint.strip_prefix("https://") {
        return clean(rest)
            .then_some(false)
            .ok_or(OpenFault::Unusable(variable));
    }
    let rest = endpoint
        .strip_prefix("http://")
        .filter(|rest| clean(rest))
        .ok_or(OpenFault::Unusable(variable))?;
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => authority.split(':').next().unwrap_or(authority),
    };
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    here.then_some(true).ok_or(OpenFault::Unusable(variable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience() -> Patience {
        Patience {
            options: ClientOptions::new(),
            retry: RetryConfig::default(),
        }
    }

    fn azure_of(set: &[(&str, &str)]) -> Result<MicrosoftAzureBuilder, OpenFault> {
        let url = ObjectUrl::parse("az://books/contoso").unwrap();
        azure(&url, patience(), &|name| find(set, name))
    }

    fn find(set: &[(&str, &str)], name: &str) -> Option<String> {
        let (_, value) = set.iter().find(|(one, _)| *one == name)?;
        Some((*value).to_owned())
    }

    #[test]
    fn azure_needs_an_account_and_a_credential_and_says_which_variable_is_missing() {
        let fault = |set: &[(&str, &str)]| azure_of(set).unwrap_err();
        assert_eq!(fault(&[]), OpenFault::Missing(ACCOUNT));
        assert_eq!(
            fault(&[(ACCOUNT, "elsewhere")]),
            OpenFault::Missing(AZURE_CREDENTIAL)
        );
        assert_eq!(
            fault(&[(ACCOUNT, "elsewhere"), ("AZURE_STORAGE_CLIENT_ID", "x")]),
            OpenFault::Missing(AZURE_CREDENTIAL)
        );
        for one in [
            "AZURE_STORAGE_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
            "AZURE_STORAGE_TOKEN",
        ] {
            let builder = azure_of(&[(ACCOUNT, "elsewhere"), (one, "c2VjcmV0")]).unwrap();
            let account = builder.get_config_value(&AzureConfigKey::AccountName);
            assert_eq!(account.as_deref(), Some("elsewhere"), "{one}");
        }
    }

    #[test]
    fn a_connection_string_names_account_key_and_endpoint() {
        let builder = azure_of(&[(
            CONNECTION,
            "DefaultEndpointsProtocol=https;AccountName=elsewhere;AccountKey=a2V5PT0=;\
             EndpointSuffix=core.usgovcloudapi.net",
        )])
        .unwrap();
        let value = |key| builder.get_config_value(&key);
        assert_eq!(
            value(AzureConfigKey::AccountName).as_deref(),
            Some("elsewhere")
        );
        assert_eq!(
            value(AzureConfigKey::AccessKey).as_deref(),
            Some("a2V5PT0=")
        );
        assert_eq!(
            value(AzureConfigKey::Endpoint).as_deref(),
            Some("https://elsewhere.blob.core.usgovcloudapi.net")
        );
    }

    #[test]
    fn s3_needs_a_key_its_secret_and_a_region() {
        let url = ObjectUrl::parse("s3://books").unwrap();
        let mut set = Vec::new();
        for (missing, value) in [
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-central-1"),
        ] {
            let fault = s3(&url, patience(), &|name| find(&set, name)).unwrap_err();
            assert_eq!(fault, OpenFault::Missing(missing));
            set.push((missing, value));
        }
        s3(&url, patience(), &|name| find(&set, name)).unwrap();
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for (endpoint, plain) in [
            ("https://elsewhere.blob.core.windows.net", Ok(false)),
            ("http://127.0.0.1:10000/devstoreaccount1", Ok(true)),
            ("http://localhost:10000", Ok(true)),
            ("http://[::1]:10000", Ok(true)),
            (
                "http://elsewhere.blob.core.windows.net",
                Err(OpenFault::Unusable("X")),
            ),
            ("http://127.0.0.1@elsewhere", Err(OpenFault::Unusable("X"))),
            ("http://127.0.0.1.elsewhere", Err(OpenFault::Unusable("X"))),
            ("https://elsewhere/?sig=x", Err(OpenFault::Unusable("X"))),
            ("ftp://127.0.0.1", Err(OpenFault::Unusable("X"))),
            ("https://", Err(OpenFault::Unusable("X"))),
        ] {
            assert_eq!(plain_http(endpoint, "X"), plain, "{endpoint}");
        }
    }
}
