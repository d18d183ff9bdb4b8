using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace XdsServer.Grpc;

/// <summary>How a call's end goes over the wire.</summary>
internal static class GrpcResponse
{
    // RFC 9113 §7, and what gRPC clients make of them: UNAVAILABLE and RESOURCE_EXHAUSTED.
    private const int RefusedStream = 0x7;
    private const int EnhanceYourCalm = 0xB;

    /// <summary>Puts the status into the trailers, or into the headers when nothing was sent yet: then they are all there is.</summary>
    public static void End(HttpContext context, GrpcStatus status)
    {
        var fields = Fields(context);
        fields[GrpcHeaders.Status] = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        if (status.Message.Length > 0)
        {
            fields[GrpcHeaders.Message] = PercentEncoding.Encode(status.Message);
        }
    }

    /// <summary>Adds the trailers that the method has set; they travel with the status.</summary>
    public static void Add(HttpContext context, IHeaderDictionary trailers)
    {
        foreach (var (name, value) in trailers)
        {
            Fields(context)[name] = value;
        }
    }

    /// <summary>
    /// Ends a stream whose client does not take what was written: trailers would wait behind it for ever, so the stream is reset and its
    /// buffers are freed.
    /// </summary>
    public static void Reset(HttpContext context, GrpcStatus status) =>
        context.Features.Get<IHttpResetFeature>()?.Reset(status.Code == GrpcStatusCode.Unavailable ? RefusedStream : EnhanceYourCalm);

    private static IHeaderDictionary Fields(HttpContext context) =>
        context.Response.HasStarted ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : context.Response.Headers;
}
