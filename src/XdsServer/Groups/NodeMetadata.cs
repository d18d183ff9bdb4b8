using System.Globalization;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Groups;

/// <summary>What a proxy says of itself in <c>node.metadata</c>; the keys are a contract with bootstraps.</summary>
internal static class NodeMetadata
{
    /// <summary>sidecar, transparent, gateway, node or grpc.</summary>
    public const string Profile = "profile";

    /// <summary>Whose short names it understands.</summary>
    public const string Namespace = "namespace";

    /// <summary>The workload beside it, or the gateway that it is.</summary>
    public const string Service = "service";

    /// <summary>The port of its egress listener.</summary>
    public const string EgressPort = "egress_port";

    /// <summary>The port of its inbound listener.</summary>
    public const string InboundPort = "inbound_port";

    /// <summary>The machine that it serves.</summary>
    public const string Machine = "node";

    /// <summary>How it asks: <see cref="Rest"/>, or anything else for streams.</summary>
    public const string Transport = "xds_transport";

    /// <summary>It polls over REST.</summary>
    public const string Rest = "rest";

    /// <summary>The value as text; null when it is missing or no text or number.</summary>
    public static string? Text(Node node, string key)
    {
        if (node.Metadata is null || !node.Metadata.Fields.TryGetValue(key, out var value))
        {
            return null;
        }

        return value.KindCase switch
        {
            Value.KindOneofCase.StringValue => value.StringValue,
            Value.KindOneofCase.NumberValue => value.NumberValue.ToString(CultureInfo.InvariantCulture),
            Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
            _ => null,
        };
    }
}
