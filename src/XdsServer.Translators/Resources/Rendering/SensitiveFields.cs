using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>
/// The fields that Envoy's API marks as sensitive: key material and passwords. No rendering shows them. A test compares the list
/// with the API's own marks.
/// </summary>
public static class SensitiveFields
{
    /// <summary>What is shown instead.</summary>
    public const string Placeholder = "[redacted]";

    private const string Tls = "envoy.extensions.transport_sockets.tls.v3.";

    private static readonly FrozenSet<string> FullNames = FrozenSet.ToFrozenSet(
        [
            "envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials.private_key",
            Tls + "GenericSecret.secret",
            Tls + "GenericSecret.secrets",
            Tls + "PrivateKeyProvider.typed_config",
            Tls + "TlsCertificate.password",
            Tls + "TlsCertificate.pkcs12",
            Tls + "TlsCertificate.private_key",
            Tls + "TlsSessionTicketKeys.keys",
        ],
        StringComparer.Ordinal);

    // Inside a TypedStruct there are no descriptors, so any field of a name that the API calls sensitive somewhere is hidden.
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "auth_password", "auth_username", "backend_token", "context_extensions", "credentials", "credentials_data_source",
            "downstream_auth_password", "downstream_auth_passwords", "downstream_auth_username", "keys", "password", "pkcs12",
            "private_key", "secret", "secret_access_key", "secret_data", "secrets", "session_token", "users",
            "web_identity_token_data_source",
        ],
        StringComparer.Ordinal);

    /// <summary>True for a field whose value must not be shown.</summary>
    public static bool Contains(FieldDescriptor field) => FullNames.Contains(field.FullName);

    /// <summary>True for a name that some sensitive field has, for content without descriptors. Both spellings of names count.</summary>
    public static bool ContainsName(string name) => Names.Contains(name) || Names.Contains(ToSnakeCase(name));

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString()));
}
