using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using WireResource = Envoy.Service.Discovery.V3.Resource;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>A response of either variant, in one form.</summary>
/// <param name="Type">The resource type; null when it is none of ours.</param>
/// <param name="TypeUrl">As the server sent it.</param>
/// <param name="Version"><c>version_info</c> or <c>system_version_info</c>.</param>
/// <param name="Nonce">To be repeated in the ACK.</param>
/// <param name="Entries">The resources, in the server's order, duplicates included.</param>
/// <param name="Removed">Delta: names that do not exist (any more).</param>
/// <param name="Message">The message itself, for all that the others do not say.</param>
public sealed record Answer(
    ResourceType? Type, string TypeUrl, string Version, string Nonce, IReadOnlyList<AnswerEntry> Entries, IReadOnlyList<string> Removed, IMessage Message)
{
    /// <summary>The names of the resources, sorted.</summary>
    public IReadOnlyList<string> Names => [.. Entries.Select(e => e.Name).Order(StringComparer.Ordinal)];

    /// <summary>The resource of that name; a test fails here when the answer does not hold it.</summary>
    public AnswerEntry this[string name] =>
        Entries.FirstOrDefault(e => e.Name == name) ?? throw new Xunit.Sdk.XunitException($"The answer does not hold '{name}': {this}");

    /// <summary>Who says that it served this, or null.</summary>
    public string? ControlPlane => Message switch
    {
        DiscoveryResponse sotw => sotw.ControlPlane?.Identifier,
        DeltaDiscoveryResponse delta => delta.ControlPlane?.Identifier,
        _ => null,
    };

    internal static Answer Parse(Variant variant, byte[] bytes) =>
        variant == Variant.Sotw ? From(DiscoveryResponse.Parser.ParseFrom(bytes)) : From(DeltaDiscoveryResponse.Parser.ParseFrom(bytes));

    internal static Answer From(DiscoveryResponse r) =>
        new(ResourceType.FromUrl(r.TypeUrl), r.TypeUrl, r.VersionInfo, r.Nonce, [.. r.Resources.Select(AnswerEntry.From)], [], r);

    internal static Answer From(DeltaDiscoveryResponse r) =>
        new(ResourceType.FromUrl(r.TypeUrl), r.TypeUrl, r.SystemVersionInfo, r.Nonce, [.. r.Resources.Select(AnswerEntry.From)], [.. r.RemovedResources], r);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Type?.ShortName ?? TypeUrl} version={Version} nonce={Nonce} [{Short(Entries.Select(e => e.ToString()))}]"
        + (Removed.Count == 0 ? string.Empty : $" removed [{Short(Removed)}]");

    private static string Short(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(' ', all.Take(8)) + (all.Count > 8 ? $" … {all.Count} in all" : string.Empty);
    }
}

/// <summary>One resource of an answer.</summary>
/// <param name="Name">Its name: said by the wrapper, or else found in the resource.</param>
/// <param name="Version">Its own version; empty in the plain form of SotW.</param>
/// <param name="Body">The resource; null in a heartbeat.</param>
/// <param name="Wrapper">The <c>Resource</c> around it; null in the plain form of SotW.</param>
public sealed record AnswerEntry(string Name, string Version, Any? Body, WireResource? Wrapper)
{
    /// <summary>The value that a synthetic Cluster or ClusterLoadAssignment carries.</summary>
    public int Value => Synthetic.ValueOf(Body ?? throw new Xunit.Sdk.XunitException($"'{Name}' has no body."));

    /// <summary>The resource, decoded.</summary>
    public T As<T>()
        where T : IMessage<T>, new() => Body is null ? throw new Xunit.Sdk.XunitException($"'{Name}' has no body.") : Body.Unpack<T>();

    internal static AnswerEntry From(WireResource resource) => new(resource.Name, resource.Version, resource.Resource_, resource);

    internal static AnswerEntry From(Any any) =>
        any.TryUnpack<WireResource>(out var wrapped) ? From(wrapped) : new AnswerEntry(Synthetic.NameOf(any), string.Empty, any, null);

    /// <inheritdoc/>
    public override string ToString() => Version.Length == 0 ? Name : $"{Name}@{Version}";
}
