using System.Text;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The <c>data</c> (base64) and <c>stringData</c> (plain, wins) of a Secret.</summary>
internal sealed class SecretData
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FieldReader _root;
    private readonly FieldReader? _data;
    private readonly FieldReader? _plain;

    /// <summary>Reads nothing yet.</summary>
    public SecretData(FieldReader root)
    {
        _root = root;
        _data = root.Object("data");
        _plain = root.Object("stringData");
    }

    /// <summary>Whether there is an entry of that name.</summary>
    public bool Has(string name) => _data?.Node.Find(name) is not null || _plain?.Node.Find(name) is not null;

    /// <summary>An entry's text; null and a report when it is missing or cannot be decoded.</summary>
    public string? Read(string name, string what)
    {
        if (_plain?.Text(name) is { } plain)
        {
            return plain.Value;
        }

        if (_data?.Text(name) is not { } encoded)
        {
            (_data ?? _root).RequirePresent(name, $"Put {what} there.");
            return null;
        }

        try
        {
            return Strict.GetString(Convert.FromBase64String(encoded.Value));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            Refuse(name, Codes.BadFormat, "This is not text in base64.", $"Encode {what} with base64, or write it plainly under 'stringData'.");
            return null;
        }
    }

    /// <summary>Reports an entry, without its content.</summary>
    public void Refuse(string name, string code, string problem, string remedy)
    {
        var holder = _plain?.Node.Find(name) is not null ? _plain : _data!;
        _root.Context.Error(code, holder.Path.Field(name), holder.Node.Find(name)?.At ?? holder.At, problem, remedy);
    }

    /// <summary>Adds the content to a revision.</summary>
    public ContentHash AddTo(ContentHash hash) => hash.Add(_root.Node.Find("type")).Add((ManifestNode?)_data?.Node).Add((ManifestNode?)_plain?.Node);
}
