using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace XdsServer.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>One instrument with all its series.</summary>
    public static void Append(StringBuilder text, Instrument instrument, IEnumerable<MetricSeriesState> series)
    {
        var name = NameOf(instrument);
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description ?? "", isLabel: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(KindOf(instrument)).Append('\n');
        foreach (var one in series)
        {
            if (one.Bounds is null)
            {
                Line(text, name, one.Labels, one.Value);
            }
            else
            {
                Histogram(text, name, one);
            }
        }
    }

    /// <summary>The instrument's name as Prometheus wants it; counters get the customary suffix.</summary>
    public static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        return KindOf(instrument) == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Tags as <c>a="1",b="2"</c>, sorted by name.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return string.Join(',', sorted.Select(t => $"{t.Key}=\"{Escape(Convert.ToString(t.Value, CultureInfo.InvariantCulture) ?? "", isLabel: true)}\""));
    }

    private static void Histogram(StringBuilder text, string name, MetricSeriesState series)
    {
        long sum = 0;
        for (var i = 0; i < series.Buckets.Count; i++)
        {
            sum += series.Buckets[i];
            var bound = i < series.Bounds!.Count ? series.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, name + "_bucket", $"{series.Labels}{(series.Labels.Length == 0 ? "" : ",")}le=\"{bound}\"", sum);
        }

        Line(text, name + "_sum", series.Labels, series.Value);
        Line(text, name + "_count", series.Labels, series.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? "counter"
            : generic == typeof(Histogram<>) ? "histogram"
            : "gauge";
    }

    private static string Escape(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
