using System.Collections.Frozen;
using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary><c>MeshConfig</c>: settings of the whole mesh. A bad field keeps its default.</summary>
internal static class MeshConfigDecoder
{
    private static readonly FrozenDictionary<string, MtlsMode> MtlsModes = new Dictionary<string, MtlsMode>(StringComparer.Ordinal)
    {
        ["off"] = MtlsMode.Off,
        ["permissive"] = MtlsMode.Permissive,
        ["strict"] = MtlsMode.Strict,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, bool> UnknownHosts = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["allow"] = true,
        ["block"] = false,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, bool> IpFamilies = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["ipv4"] = false,
        ["dual"] = true,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The settings.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        var initial = MeshConfig.Default;
        var spec = manifest.Root.Object("spec");
        var defaults = spec?.Object("defaults");
        var mtls = spec?.Object("mtls");
        var outbound = spec?.Object("outbound");
        var listeners = spec?.Object("listeners");
        var config = new MeshConfig
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(manifest.Root.Node.Find("spec")).ToString(),
            TrustDomain = Domain(spec, "trustDomain") ?? initial.TrustDomain,
            ClusterDomain = Domain(spec, "clusterDomain") ?? initial.ClusterDomain,
            RootNamespace = spec?.Text("rootNamespace")?.Value ?? initial.RootNamespace,
            Mtls = mtls?.Choice("mode", MtlsModes) ?? initial.Mtls,
            AllowUnknownHosts = outbound?.Choice("unknownHosts", UnknownHosts) ?? initial.AllowUnknownHosts,
            ListensOnIpv6 = listeners?.Choice("ipFamily", IpFamilies) ?? initial.ListensOnIpv6,
            ConnectTimeout = Duration(defaults, "connectTimeout", mayBeZero: false) ?? initial.ConnectTimeout,
            RequestTimeout = Duration(defaults, "requestTimeout", mayBeZero: true) ?? initial.RequestTimeout,
        };
        WarnWithoutEffect(spec, "accessLogs");
        WarnWithoutEffect(spec, "tracing");
        foreach (var reader in new[] { spec, defaults, mtls, outbound, listeners })
        {
            reader?.RefuseUnknown();
        }

        return [config];
    }

    private static string? Domain(FieldReader? spec, string name)
    {
        if (spec?.Text(name) is not { } text)
        {
            return null;
        }

        if (Names.Host(text.Value, allowWildcard: false) is { } domain)
        {
            return domain;
        }

        spec.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not a domain name.", "Write for example 'cluster.local'.");
        return null;
    }

    private static TimeSpan? Duration(FieldReader? defaults, string name, bool mayBeZero)
    {
        if (defaults?.Text(name) is not { } text)
        {
            return null;
        }

        if (Durations.Parse(text.Value) is { } duration && (mayBeZero || duration > TimeSpan.Zero))
        {
            return duration;
        }

        defaults.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not a usable duration.", $"Write a number with a unit, for example 250ms or 5s{(mayBeZero ? "; 0s means none" : "; it must be above zero")}.");
        return null;
    }

    private static void WarnWithoutEffect(FieldReader? spec, string name)
    {
        if (spec?.Raw(name) is { } value and not (ListNode { Items.Count: 0 } or ObjectNode { Fields.Count: 0 }))
        {
            spec.Context.Warn(Codes.NoEffect, spec.Path.Field(name), value.At, $"'{name}' has no effect in this version.", "Remove it, or leave it empty.");
        }
    }
}
