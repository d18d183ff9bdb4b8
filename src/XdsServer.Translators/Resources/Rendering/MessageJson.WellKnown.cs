using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Resources.Rendering;

/// <content>The types that protobuf JSON writes in a form of their own.</content>
internal sealed partial class MessageJson
{
    private void WriteWellKnown(IMessage message, bool isHidden)
    {
        if (isHidden && message is StringValue or BytesValue)
        {
            _json.WriteStringValue(SensitiveFields.Placeholder);
            return;
        }

        _json.WriteRawValue(JsonFormatter.Default.Format(message));
    }

    private void WriteAny(Any any, bool isHidden)
    {
        var inner = MessageTypes.Unpack(any);
        if (inner is not null && (inner.Descriptor.File.Package != "google.protobuf" || inner is Empty))
        {
            Message(inner, isHidden, any.TypeUrl);
            return;
        }

        _json.WriteStartObject();
        _json.WriteString("@type", any.TypeUrl);
        _json.WritePropertyName("value");
        if (inner is not null)
        {
            Message(inner, isHidden);
        }
        else
        {
            WriteOpaque(any.Value, isHidden);
        }

        _json.WriteEndObject();
    }

    private void WriteOpaque(ByteString bytes, bool isHidden)
    {
        if (isHidden)
        {
            _json.WriteStringValue(SensitiveFields.Placeholder);
        }
        else
        {
            _json.WriteBase64StringValue(bytes.Span);
        }
    }

    private void WriteStruct(Struct fields, bool isHidden)
    {
        _json.WriteStartObject();
        foreach (var (name, value) in fields.Fields)
        {
            _json.WritePropertyName(name);
            WriteValue(value, isHidden || SensitiveFields.ContainsName(name));
        }

        _json.WriteEndObject();
    }

    private void WriteList(ListValue list, bool isHidden)
    {
        _json.WriteStartArray();
        foreach (var value in list.Values)
        {
            WriteValue(value, isHidden);
        }

        _json.WriteEndArray();
    }

    private void WriteValue(Value value, bool isHidden)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                WriteStruct(value.StructValue, isHidden);
                break;
            case Value.KindOneofCase.ListValue:
                WriteList(value.ListValue, isHidden);
                break;
            case Value.KindOneofCase.StringValue when isHidden:
                _json.WriteStringValue(SensitiveFields.Placeholder);
                break;
            case Value.KindOneofCase.StringValue:
                _json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.NumberValue:
                WriteNumber(value.NumberValue);
                break;
            case Value.KindOneofCase.BoolValue:
                _json.WriteBooleanValue(value.BoolValue);
                break;
            default:
                _json.WriteNullValue();
                break;
        }
    }
}
