namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>How a call ended.</summary>
/// <param name="Code">The gRPC status, or null when the transport broke before there was one.</param>
/// <param name="Message">The server's words, or the transport's.</param>
public sealed record GrpcStatus(GrpcCode? Code, string Message)
{
    internal static GrpcStatus From(HttpResponseMessage response)
    {
        var code = Header(response, "grpc-status");
        return code is null
            ? new GrpcStatus(null, $"HTTP {(int)response.StatusCode} without grpc-status")
            : new GrpcStatus((GrpcCode)int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), Uri.UnescapeDataString(Header(response, "grpc-message") ?? string.Empty));
    }

    // A call that ends without any message may carry its status in the headers.
    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers.First()
        : response.Headers.TryGetValues(name, out var headers) ? headers.First()
        : null;
}

/// <summary>The status codes that xDS servers use.</summary>
public enum GrpcCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}
