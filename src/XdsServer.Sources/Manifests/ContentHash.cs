using System.Security.Cryptography;
using System.Text;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// Revisions: a hash over the parts of an object that are read, so that comments, order of documents, annotations and server-side
/// bookkeeping change nothing. Equal on every machine.
/// </summary>
internal sealed class ContentHash
{
    private const int RevisionBytes = 12;

    private readonly GrowingBuffer _content = new();

    /// <summary>Adds a text.</summary>
    public ContentHash Add(string text)
    {
        _content.Write(text);
        return this;
    }

    /// <summary>Adds a node; absent counts too. Fields of the given names are skipped at the top level of the node.</summary>
    public ContentHash Add(ManifestNode? node, params ReadOnlySpan<string> except)
    {
        switch (node)
        {
            case null:
                _content.Mark('-');
                break;
            case ScalarNode scalar:
                _content.Mark(scalar.IsQuoted ? 'q' : 'p');
                _content.Write(scalar.Text);
                break;
            case ListNode list:
                _content.Mark('[');
                foreach (var item in list.Items)
                {
                    Add(item);
                }

                _content.Mark(']');
                break;
            case ObjectNode map:
                AddFields(map, except);
                break;
        }

        return this;
    }

    /// <summary>The revision.</summary>
    public override string ToString() => Convert.ToHexStringLower(SHA256.HashData(_content.Written).AsSpan(0, RevisionBytes));

    private void AddFields(ObjectNode map, ReadOnlySpan<string> except)
    {
        _content.Mark('{');
        foreach (var field in map.Fields)
        {
            if (!except.Contains(field.Name))
            {
                _content.Write(field.Name);
                Add(field.Value);
            }
        }

        _content.Mark('}');
    }

    /// <summary>A growing buffer; texts carry their length, so that no two contents look alike.</summary>
    private sealed class GrowingBuffer
    {
        private byte[] _bytes = new byte[1024];
        private int _length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

        public void Mark(char mark)
        {
            Reserve(1);
            _bytes[_length++] = (byte)mark;
        }

        public void Write(string text)
        {
            Reserve(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
            var written = Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length + sizeof(int)));
            BitConverter.TryWriteBytes(_bytes.AsSpan(_length), written);
            _length += sizeof(int) + written;
        }

        private void Reserve(int more)
        {
            if (_length + more > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
            }
        }
    }
}
