using System.Text.Json;
using System.Text.Json.Nodes;

namespace XdsServer.Bootstrap;

/// <summary>A bootstrap of a proxyless gRPC client, as the JSON that <c>GRPC_XDS_BOOTSTRAP</c> names. Pure.</summary>
internal static class GrpcBootstrap
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The whole file.</summary>
    public static string Write(BootstrapRequest request)
    {
        var root = new JsonObject
        {
            ["xds_servers"] = new JsonArray(new JsonObject
            {
                ["server_uri"] = $"{(request.XdsHost.Contains(':', StringComparison.Ordinal) ? $"[{request.XdsHost}]" : request.XdsHost)}:{request.XdsPort}",
                ["channel_creds"] = new JsonArray(Credentials(request.Tls)),
                ["server_features"] = new JsonArray("xds_v3"),
            }),
            ["node"] = Node(request),
        };
        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Node(BootstrapRequest request)
    {
        var node = new JsonObject
        {
            ["id"] = request.NodeId,
            ["cluster"] = request.NodeCluster,
            ["metadata"] = new JsonObject
            {
                ["profile"] = "grpc",
                ["namespace"] = request.Proxy.Namespace,
                ["service"] = request.Proxy.Service,
            },
        };
        // Always there, if empty: grpc-js refuses a node without it.
        node["locality"] = Locality(request.Locality);
        return node;
    }

    private static JsonObject Locality((string Region, string Zone, string SubZone) locality)
    {
        var json = new JsonObject();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("region", locality.Region), ("zone", locality.Zone), ("sub_zone", locality.SubZone)])
        {
            if (value.Length > 0)
            {
                json[name] = value;
            }
        }

        return json;
    }

    private static JsonObject Credentials(BootstrapTls? tls)
    {
        if (tls is null)
        {
            return new JsonObject { ["type"] = "insecure" };
        }

        var config = new JsonObject { ["ca_certificate_file"] = tls.CaFile };
        if (tls.CertificateFile.Length > 0)
        {
            config["certificate_file"] = tls.CertificateFile;
            config["private_key_file"] = tls.PrivateKeyFile;
        }

        return new JsonObject { ["type"] = "tls", ["config"] = config };
    }
}
