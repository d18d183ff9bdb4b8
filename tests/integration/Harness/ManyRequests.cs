using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// Many GET requests over a few connections, at a fraction of what a whole HTTP client costs on a machine that also runs the proxy and
/// the upstreams.
/// </summary>
internal static class ManyRequests
{
    private const int Connections = 8;

    /// <summary>One request as it is sent.</summary>
    public static string Of(string host, string path = "/", params (string Name, string Value)[] headers) =>
        $"GET {path} HTTP/1.1\r\nhost: {host}\r\n{string.Concat(headers.Where(h => h.Value.Length > 0).Select(h => $"{h.Name}: {h.Value}\r\n"))}\r\n";

    /// <summary>
    /// The answers in the order of the requests: the body, or the status of what was no success. Each connection may send requests
    /// <paramref name="ahead"/> of their answers; not where Envoy answers itself, since it then closes the connection.
    /// </summary>
    public static async Task<string[]> SendAsync(int port, IReadOnlyList<string> requests, int ahead = 1)
    {
        var answers = new string[requests.Count];
        var each = (requests.Count + Connections - 1) / Connections;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(c => Task.Run(() => SendAsync(port, requests, c * each, Math.Min(requests.Count, (c + 1) * each), ahead, answers))));
        return answers;
    }

    private static async Task SendAsync(int port, IReadOnlyList<string> requests, int from, int to, int ahead, string[] answers)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024, leaveOpen: true);
        for (var next = from; next < to; next += ahead)
        {
            var end = Math.Min(to, next + ahead);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(next, end - next).Select(i => requests[i]))));
            for (var i = next; i < end; i++)
            {
                answers[i] = await AnswerAsync(reader);
            }
        }
    }

    private static async Task<string> AnswerAsync(StreamReader reader)
    {
        var status = (await LineAsync(reader)).Split(' ')[1];
        var (length, isChunked) = (0, false);
        while (await LineAsync(reader) is { Length: > 0 } header)
        {
            isChunked |= header.Equals("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase);
            length = header.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header["content-length:".Length..], CultureInfo.InvariantCulture) : length;
        }

        var body = isChunked ? await ChunksAsync(reader) : await BlockAsync(reader, length);
        return status == "200" ? body : status;
    }

    private static async Task<string> ChunksAsync(StreamReader reader)
    {
        var body = new StringBuilder();
        while (int.Parse(await LineAsync(reader), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.Append(await BlockAsync(reader, length));
            await LineAsync(reader);
        }

        await LineAsync(reader);
        return body.ToString();
    }

    private static async Task<string> BlockAsync(StreamReader reader, int length)
    {
        var block = new char[length];
        return await reader.ReadBlockAsync(block) == length ? new string(block) : throw new IOException("The connection ended within an answer.");
    }

    private static async Task<string> LineAsync(StreamReader reader) => await reader.ReadLineAsync() ?? throw new IOException("The connection ended before all requests were answered.");
}
