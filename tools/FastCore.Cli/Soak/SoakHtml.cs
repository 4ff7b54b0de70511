using System.Globalization;
using System.Text;
using FastCore.Bench.Load;
using FastCore.Bench.Soak;
using FastCore.Cli.Plots;

namespace FastCore.Cli.Soak;

/// <summary>A soak's report as one HTML file: verdict, table and plots, no script, nothing loaded.</summary>
internal static class SoakHtml
{
    private const double MiB = 1 << 20;

    /// <summary>The file's text.</summary>
    public static string Of(SoakReport report)
    {
        string minutes = report.Options.Time.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture);
        HtmlPage page = new($"Soak of {minutes} minutes: {(report.Passes ? "passes" : "fails")}");
        page.Paragraph($"{MachineDescription.Text}; {MachineDescription.Runtime}; commit {MachineDescription.Commit}; "
            + $"{report.Options.Rate} elements a second, windows of "
            + $"{report.WindowSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s, "
            + $"{report.Restarts.Count} restarts, "
            + $"{report.Verified} acknowledged elements checked at the end.");
        foreach (string failure in report.Failures)
        {
            page.Paragraph(failure, "problem");
        }

        AppendTable(page, report);
        (string Heading, (string Name, Func<SoakWindow, double> Of)[] Curves)[] plots =
        [
            ("Memory, MiB",
            [
                ("working set", window => window.WorkingSetBytes / MiB),
                ("without tables and caches", window => window.OtherBytes / MiB),
                ("managed heap", window => window.ManagedBytes / MiB),
            ]),
            ("Latency that a thousandth of the requests exceeds, ms", [("p99.9", window => window.P999Ms)]),
            ("Acknowledged a second", [("elements", window => window.Acknowledged / report.WindowSeconds)]),
            ("Pauses of the collector in a window, ms", [("pauses", window => window.PauseMs)]),
            ("Disk, MiB",
            [
                ("all files", window => window.DiskBytes / MiB),
                ("journals", window => window.JournalBytes / MiB),
            ]),
            ("Handles and threads",
            [
                ("handles", window => window.Handles),
                ("threads", window => window.Threads),
            ]),
        ];
        foreach ((string heading, (string Name, Func<SoakWindow, double> Of)[] curves) in plots)
        {
            page.Plot(heading, SoakPlots.OverTime(report, curves));
        }

        return page.ToString();
    }

    private static void AppendTable(HtmlPage page, SoakReport report)
    {
        StringBuilder table = new();
        _ = table.Append("<table><tr><th>bound</th><th>middle</th><th>an hour</th><th>growth</th>"
            + "<th>allowed</th><th></th></tr>\n");
        foreach (SoakTrend trend in report.Trends)
        {
            string[] cells =
            [
                SoakCommand.Number(trend.Median, trend.Bound.Unit),
                SoakCommand.Number(trend.SlopePerHour, trend.Bound.Unit),
                SoakCommand.Number(trend.Growth, trend.Bound.Unit),
                SoakCommand.Number(trend.Limit, trend.Bound.Unit),
                trend.Holds ? "holds" : "broken",
            ];
            _ = table.Append($"<tr{(trend.Holds ? "" : " class=\"problem\"")}><td>{HtmlPage.Text(trend.Bound.Meaning)}"
                + $"</td>{string.Concat(cells.Select(cell => $"<td>{HtmlPage.Text(cell)}</td>"))}</tr>\n");
        }

        _ = table.Append("</table>\n");
        page.Raw(table.ToString());
        page.Paragraph("Growth is the slope of a robust fit (Theil-Sen: the middle of the slopes of all pairs of "
            + "steady windows) times the length of a life of the server, or of the soak for latency and pauses. The "
            + "first third of each life is its warm-up; grey in the plots. Lines are restarts, red ones after a kill.");
    }
}
