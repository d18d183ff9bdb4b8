namespace XdsServer.Grpc;

/// <summary>The names and values that gRPC puts into headers, and how a request's are read.</summary>
internal static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Timeout = "grpc-timeout";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Gzip = "gzip";
    public const string Identity = "identity";
    public const string Supported = "identity,gzip";

    /// <summary><c>application/grpc</c>, alone or followed by <c>+format</c> or parameters; not grpc-web.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is '+' or ';');

    public static bool UsesGzip(HttpRequest request) => EncodingOf(request) == Gzip;

    /// <summary>True when the call's messages come in an encoding that nobody here reads.</summary>
    public static bool UsesUnknownEncoding(HttpRequest request) => EncodingOf(request) is not ("" or Identity or Gzip);

    public static bool AcceptsGzip(HttpRequest request) =>
        request.Headers[AcceptEncoding].ToString().Split(',', StringSplitOptions.TrimEntries).Contains(Gzip, StringComparer.Ordinal);

    private static string EncodingOf(HttpRequest request) => request.Headers[Encoding].ToString();
}
