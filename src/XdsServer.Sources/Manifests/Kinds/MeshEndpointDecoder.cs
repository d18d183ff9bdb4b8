using System.Collections.Frozen;
using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The <c>endpoints</c> of a <c>MeshService</c>. A bad endpoint is left out, the others stay.</summary>
internal sealed class MeshEndpointDecoder(ImmutableArray<ServicePort> ports, Resolution resolution)
{
    private const int LargestWeight = 1_000_000;
    private const int LargestPriority = 127;

    private static readonly ImmutableSortedDictionary<string, int> NoPorts = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, EndpointHealth> Healths = new Dictionary<string, EndpointHealth>(StringComparer.Ordinal)
    {
        ["healthy"] = EndpointHealth.Healthy,
        ["unhealthy"] = EndpointHealth.Unhealthy,
        ["draining"] = EndpointHealth.Draining,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All usable endpoints of a service.</summary>
    public ServiceEndpoints Decode(ManifestObject manifest, FieldReader spec)
    {
        var endpoints = ImmutableArray.CreateBuilder<Endpoint>();
        var places = new HashSet<(string Address, string Ports)>();
        foreach (var item in spec.Objects("endpoints"))
        {
            if (ReadEndpoint(item) is { } endpoint && IsNew(endpoint, places, item))
            {
                endpoints.Add(endpoint);
            }
        }

        return new ServiceEndpoints
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = new ContentHash().Add(manifest.Ref.Namespace).Add(manifest.Ref.Name).Add(spec.Node.Find("endpoints")).Add(spec.Node.Find("ports")).Add(spec.Node.Find("resolution")).ToString(),
            Service = manifest.Key,
            Endpoints = endpoints.ToImmutable(),
        };
    }

    private Endpoint? ReadEndpoint(FieldReader item)
    {
        var address = item.RequiredText("address", "Write where it listens: an IP address, a host name (resolution: dns), or unix:///path.");
        var canonical = address is { } text ? ReadAddress(text, item.Context) : null;
        var targets = ReadPorts(item, canonical is not null && Names.IsUnixSocket(canonical));
        var health = item.Choice("health", Healths);
        var endpoint = new Endpoint
        {
            Address = canonical ?? "",
            Ports = targets ?? NoPorts,
            Weight = item.Number("weight", 1, LargestWeight)?.Value,
            Priority = item.Number("priority", 0, LargestPriority)?.Value ?? 0,
            Health = health ?? EndpointHealth.Healthy,
            Locality = ReadLocality(item.Object("locality")),
            Labels = item.TextMap("labels"),
            Identity = ReadIdentity(item),
            Node = item.Text("node")?.Value ?? "",
        };
        var isHealthKnown = health is not null || item.Node.Find("health") is null;
        item.RefuseUnknown();
        return canonical is null || targets is null || !isHealthKnown ? null : endpoint;
    }

    private string? ReadAddress(Placed<string> address, DecodeContext context)
    {
        if (Names.Ip(address.Value) is { } ip)
        {
            return ip;
        }

        if (resolution == Resolution.Static && Names.IsUnixSocket(address.Value))
        {
            return address.Value;
        }

        var host = Names.Host(address.Value, allowWildcard: false);
        if (host is not null && resolution == Resolution.Dns)
        {
            return host;
        }

        context.Error(
            Codes.BadFormat,
            address.Path,
            address.At,
            $"'{address.Value}' is not an address of an endpoint.",
            host is null ? "Write an IP address without port or brackets, or unix:///path." : "Host names need 'resolution: dns' in the service.");
        return null;
    }

    /// <summary>The target of each service port; null when none is usable.</summary>
    private ImmutableSortedDictionary<string, int>? ReadPorts(FieldReader item, bool isUnixSocket)
    {
        var single = item.Number("port", 1, 65535);
        var targets = NoPorts.ToBuilder();
        if (item.Object("ports") is { } map)
        {
            ReadPortMap(map, targets);
        }
        else if (item.Node.Find("port") is null)
        {
            targets.AddRange(ports.Select(port => KeyValuePair.Create(port.Name, port.Port)));
        }

        if (single is { } port1 && ports.Length == 1)
        {
            targets[ports[0].Name] = port1.Value;
        }
        else if (single is { } among && ports.Length > 1)
        {
            item.Context.Error(Codes.UnknownPort, among.Path, among.At, "The service has several ports, so one number does not say which is meant.", $"Write 'ports: {{{ports[0].Name}: {among.Value}}}'.");
        }

        return isUnixSocket ? NoPorts : targets.Count == 0 ? null : targets.ToImmutable();
    }

    private void ReadPortMap(FieldReader map, ImmutableSortedDictionary<string, int>.Builder targets)
    {
        foreach (var field in map.Node.Fields)
        {
            if (!ports.Any(port => port.Name == field.Name))
            {
                map.Context.Error(Codes.UnknownPort, map.Path.Field(field.Name), field.At, $"The service has no usable port named '{field.Name}'.", Nearest.Suggest(field.Name, [.. ports.Select(port => port.Name)]));
            }
            else if (map.Number(field.Name, 1, 65535) is { } number)
            {
                targets[field.Name] = number.Value;
            }
        }
    }

    private static Locality ReadLocality(FieldReader? locality)
    {
        if (locality is null)
        {
            return Locality.None;
        }

        var read = new Locality(locality.Text("region")?.Value ?? "", locality.Text("zone")?.Value ?? "", locality.Text("subZone")?.Value ?? "");
        locality.RefuseUnknown();
        return read;
    }

    private static string ReadIdentity(FieldReader item)
    {
        if (item.Text("identity") is not { } identity)
        {
            return "";
        }

        if (Uri.TryCreate(identity.Value, UriKind.Absolute, out var uri) && uri is { Scheme: "spiffe", Host.Length: > 0, Query: "", Fragment: "" })
        {
            return identity.Value;
        }

        item.Context.Error(Codes.BadFormat, identity.Path, identity.At, $"'{identity.Value}' is not a SPIFFE id.", "Write spiffe://trust-domain/path.");
        return "";
    }

    private static bool IsNew(Endpoint endpoint, HashSet<(string Address, string Ports)> places, FieldReader item)
    {
        if (places.Add((endpoint.Address, string.Join(',', endpoint.Ports.Select(port => $"{port.Key}={port.Value}")))))
        {
            return true;
        }

        item.Context.Error(Codes.Repeated, item.Path, item.At, $"The endpoint {endpoint.Address} is there twice with the same ports.", "Keep one of the two.");
        return false;
    }
}
