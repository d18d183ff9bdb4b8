namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The transport protocol of a Kubernetes port.</summary>
internal static class TransportProtocols
{
    /// <summary>True for TCP, the default; others are reported, because nothing serves them.</summary>
    public static bool IsTcp(FieldReader port)
    {
        if (port.Text("protocol") is not { } protocol || protocol.Value == "TCP")
        {
            return true;
        }

        port.Context.Report(Model.Severity.Info, Codes.TransportProtocol, protocol.Path, protocol.At, $"The {protocol.Value} port is left out; only TCP is proxied.", "Nothing to do: clients reach it directly.");
        return false;
    }
}
