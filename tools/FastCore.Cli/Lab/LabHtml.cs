using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace FastCore.Cli.Lab;

/// <summary>A lab's result as one HTML file: tables and plots, no script, nothing loaded.</summary>
internal static class LabHtml
{
    /// <summary>The file's text.</summary>
    public static string Of(LabResult result)
    {
        StringBuilder html = new();
        _ = html.Append($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>{{Text(result.Question)}}</title><style>
            body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;color:#1f2328}
            table{border-collapse:collapse}td,th{padding:.25em .7em;border-bottom:1px solid #d0d7de;text-align:right}
            td:first-child,th:first-child{text-align:left}code{background:#f6f8fa;padding:.1em .3em}
            .different{font-weight:bold}.problem{color:#d1242f}svg{display:block;margin:.5em 0 2em}
            </style></head><body><h1>{{Text(result.Question)}}</h1>
            <p><code>fastcore bench {{Text(string.Join(' ', result.Workload))}}</code></p>

            """);
        AppendConditions(html, result);
        AppendTable(html, result);
        AppendFindings(html, result);
        AppendPlot(html, "Accepted a second (bars: the middle; dots: runs)", LabPlots.Throughput(result));
        AppendPlot(html, "Latency, the run with the middle p99 of each setting", LabPlots.Latencies(result));
        AppendPlot(html, "Pauses of the collector over time", LabPlots.Pauses(result));
        return html.Append("</body></html>\n").ToString();
    }

    private static void AppendConditions(StringBuilder html, LabResult result)
    {
        if (result.Runs(result.Cells[0]).FirstOrDefault(run => run["machine"] is not null) is not JsonObject run)
        {
            return;
        }

        int rounds = result.Runs(result.Cells[0]).Count;
        string conditions = $"{run["machine"]}; {run["runtime"]}; commit {run["commit"]}";
        _ = html.Append($"<p>{Text(conditions)}; {rounds} rounds, all settings in turn.</p>\n");
    }

    private static void AppendTable(StringBuilder html, LabResult result)
    {
        _ = html.Append("<table><tr><th>setting</th>");
        foreach ((_, string heading, _) in LabResult.Measures)
        {
            _ = html.Append($"<th>{Text(heading)}</th>");
        }

        _ = html.Append("</tr>\n");
        foreach (LabCell cell in result.Cells)
        {
            _ = html.Append($"<tr><td>{Text(cell.Name)}</td>");
            foreach ((string key, _, _) in LabResult.Measures)
            {
                _ = html.Append(Cell(result.Median(cell, key), result.Ratio(cell, key)));
            }

            _ = html.Append("</tr>\n");
        }

        _ = html.Append("""
            </table>
            <p>The default in microseconds, bytes and milliseconds; the others as ratio to it, with the interval that it
            lies in with 95 %. Bold: the interval leaves out 1.</p>

            """);
    }

    private static string Cell(double? median, LabRatio? ratio)
    {
        string value = median is double shown
            ? shown.ToString(shown >= 1000 ? "N0" : "0.##", CultureInfo.InvariantCulture)
            : "–";
        if (ratio is not LabRatio compared)
        {
            return $"<td>{value}</td>";
        }

        string kind = compared.IsDifferent ? " class=\"different\"" : "";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{compared.Mean:0.00} ({compared.Low:0.00}–{compared.High:0.00})");
        return $"<td{kind} title=\"{value}\">{text}</td>";
    }

    private static void AppendFindings(StringBuilder html, LabResult result)
    {
        foreach (LabCell cell in result.Cells)
        {
            foreach (string problem in result.Problems(cell))
            {
                string text = $"Does not count: {cell.Name}: {problem}";
                _ = html.Append($"<p class=\"problem\">{Text(text)}</p>\n");
            }
        }

        IReadOnlyList<string> findings = result.Findings();
        if (findings.Count == 0)
        {
            _ = html.Append("<p>No difference that is more than noise.</p>\n");
            return;
        }

        _ = html.Append("<h2>More than noise</h2>\n<ul>\n");
        foreach (string finding in findings)
        {
            _ = html.Append($"<li>{Text(finding)}</li>\n");
        }

        _ = html.Append("</ul>\n");
    }

    private static void AppendPlot(StringBuilder html, string heading, SvgCanvas? plot)
    {
        string body = plot?.ToString() ?? "<p>Nothing to draw.</p>\n";
        _ = html.Append($"<h2>{Text(heading)}</h2>\n{body}");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
