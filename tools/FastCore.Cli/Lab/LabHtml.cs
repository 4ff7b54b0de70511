using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Plots;

namespace FastCore.Cli.Lab;

/// <summary>A lab's result as one HTML file: tables and plots, no script, nothing loaded.</summary>
internal static class LabHtml
{
    /// <summary>The file's text.</summary>
    public static string Of(LabResult result)
    {
        HtmlPage page = new(result.Question);
        page.Raw($"<p><code>fastcore bench {HtmlPage.Text(string.Join(' ', result.Workload))}</code></p>\n");
        AppendConditions(page, result);
        AppendTable(page, result);
        AppendFindings(page, result);
        page.Plot("Accepted a second (bars: the middle; dots: runs)", LabPlots.Throughput(result));
        page.Plot("Latency, the run with the middle p99 of each setting", LabPlots.Latencies(result));
        page.Plot("Pauses of the collector over time", LabPlots.Pauses(result));
        return page.ToString();
    }

    private static void AppendConditions(HtmlPage page, LabResult result)
    {
        if (result.Runs(result.Cells[0]).FirstOrDefault(run => run["machine"] is not null) is not JsonObject run)
        {
            return;
        }

        int rounds = result.Runs(result.Cells[0]).Count;
        string conditions = $"{run["machine"]}; {run["runtime"]}; commit {run["commit"]}";
        page.Paragraph($"{conditions}; {rounds} rounds, all settings in turn.");
    }

    private static void AppendTable(HtmlPage page, LabResult result)
    {
        page.Raw("<table><tr><th>setting</th>");
        foreach ((_, string heading, _) in LabResult.Measures)
        {
            page.Raw($"<th>{HtmlPage.Text(heading)}</th>");
        }

        page.Raw("</tr>\n");
        foreach (LabCell cell in result.Cells)
        {
            page.Raw($"<tr><td>{HtmlPage.Text(cell.Name)}</td>");
            foreach ((string key, _, _) in LabResult.Measures)
            {
                page.Raw(Cell(result.Median(cell, key), result.Ratio(cell, key)));
            }

            page.Raw("</tr>\n");
        }

        page.Raw("""
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

    private static void AppendFindings(HtmlPage page, LabResult result)
    {
        foreach (LabCell cell in result.Cells)
        {
            foreach (string problem in result.Problems(cell))
            {
                page.Paragraph($"Does not count: {cell.Name}: {problem}", "problem");
            }
        }

        IReadOnlyList<string> findings = result.Findings();
        if (findings.Count == 0)
        {
            page.Paragraph("No difference that is more than noise.");
            return;
        }

        page.Raw("<h2>More than noise</h2>\n<ul>\n");
        foreach (string finding in findings)
        {
            page.Raw($"<li>{HtmlPage.Text(finding)}</li>\n");
        }

        page.Raw("</ul>\n");
    }
}
