using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using XdsServer.Discovery;
using XdsServer.Tls;

namespace XdsServer.Grpc;

/// <summary>
/// gRPC over Kestrel's HTTP/2: checks what a request is, runs its method, and ends it with a status, whatever happens. One bad call
/// never touches another.
/// </summary>
/// <remarks>
/// A call that fails before its first message is answered with headers alone; otherwise the status stands in the trailers.
/// When <c>stopping</c> is cancelled, open calls end with UNAVAILABLE, so that clients connect elsewhere (protocol duty 16).
/// </remarks>
public sealed class GrpcServer(IEnumerable<GrpcMethod> methods, GrpcLimits limits, TimeProvider time, ILogger<GrpcServer> log, CancellationToken stopping)
{
    private readonly FrozenDictionary<string, GrpcMethod> _methods = methods.ToFrozenDictionary(m => "/" + m.Name, StringComparer.Ordinal);
    private readonly LongWrites _longWrites = new(limits.MaxLongWrites, time);

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        if (!GrpcHeaders.IsGrpc(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            await context.Response.WriteAsync("This port speaks gRPC: send content-type application/grpc.\n", context.RequestAborted);
            return;
        }

        context.Response.ContentType = GrpcHeaders.ContentType;
        GrpcResponse.End(context, await RunAsync(context));
    }

    private async Task<GrpcStatus> RunAsync(HttpContext context)
    {
        if (!_methods.TryGetValue(context.Request.Path.Value ?? "", out var method))
        {
            return new GrpcStatus(GrpcStatusCode.Unimplemented, $"There is no method {context.Request.Path.Value} here.");
        }

        if (GrpcHeaders.UsesUnknownEncoding(context.Request))
        {
            context.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.Supported;
            return new GrpcStatus(GrpcStatusCode.Unimplemented, $"Messages in {context.Request.Headers[GrpcHeaders.Encoding]} are not read here; send {GrpcHeaders.Supported}.");
        }

        var timeout = Timeout.InfiniteTimeSpan;
        if (context.Request.Headers[GrpcHeaders.Timeout].ToString() is { Length: > 0 } text && !GrpcTimeout.TryParse(text, out timeout))
        {
            return new GrpcStatus(GrpcStatusCode.Internal, $"grpc-timeout is '{text}'; it must be one to eight digits and one of H, M, S, m, u, n.");
        }

        return await RunAsync(context, method, timeout);
    }

    private async Task<GrpcStatus> RunAsync(HttpContext context, GrpcMethod method, TimeSpan timeout)
    {
        Unbind(context);
        using var cancellation = new CallCancellation(context, timeout, time, stopping);
        var call = new GrpcCall(context, limits, _longWrites, Peer.Of(context), cancellation.Token);
        var status = await RunAsync(method, call, cancellation);
        if (call.IsStalled)
        {
            GrpcResponse.Reset(context, status);
        }

        GrpcResponse.Add(context, call.Trailers);
        return status;
    }

    private async Task<GrpcStatus> RunAsync(GrpcMethod method, GrpcCall call, CallCancellation cancellation)
    {
        try
        {
            await method.Handler(call);
            return cancellation.Token.IsCancellationRequested ? cancellation.Status : GrpcStatus.Ok;
        }
        catch (GrpcException e)
        {
            log.CallFailed(method.Name, e.Status.Code, e.Status.Message);
            return e.Status;
        }
        catch (OperationCanceledException)
        {
            log.CallCancelled(method.Name, cancellation.Status.Message);
            return cancellation.Status;
        }
        catch (Exception e)
        {
            log.CallCrashed(method.Name, e);
            return new GrpcStatus(GrpcStatusCode.Internal, "The server has failed; its log says why.");
        }
    }

    // Streams live for days and are silent for hours: no data rate and no body size may end them.
    private static void Unbind(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
