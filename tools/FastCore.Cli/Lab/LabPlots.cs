using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Plots;

namespace FastCore.Cli.Lab;

/// <summary>The plots of a lab's result.</summary>
internal static class LabPlots
{
    private const int Width = 900;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 240;
    private const int Floor = Height - 40;
    private const int Roof = 10;
    private const int BarLeft = 270;
    private const int BarHeight = 26;

    // The axis of shares: each step a tenth of what is above the one before.
    private static readonly double[] Shares = [0, 90, 99, 99.9, 99.99, 99.999];

    /// <summary>Throughput: a bar for the middle of each setting, a dot for each run; null without any.</summary>
    public static SvgCanvas? Throughput(LabResult result)
    {
        double most = result.Cells.SelectMany(cell => result.Values(cell, "accepted_per_s")).Max() ?? 0;
        if (most <= 0)
        {
            return null;
        }

        SvgCanvas canvas = new(Width, (result.Cells.Count * BarHeight) + 10);
        double scale = (Width - BarLeft - 110) / most;
        for (int i = 0; i < result.Cells.Count; i++)
        {
            LabCell cell = result.Cells[i];
            double median = result.Median(cell, "accepted_per_s") ?? 0;
            double[] values = [.. result.Values(cell, "accepted_per_s").OfType<double>()];
            int y = (i * BarHeight) + 4;
            canvas.Text(BarLeft - 10, y + 14, cell.Name, "end");
            canvas.Bar(BarLeft, y, median * scale, 18, SvgCanvas.Colour(i));
            foreach (double value in values)
            {
                canvas.Dot(BarLeft + (value * scale), y + 9, "#1f2328");
            }

            double end = BarLeft + (Math.Max(median, values.DefaultIfEmpty().Max()) * scale);
            canvas.Text(end + 8, y + 14, median.ToString("N0", CultureInfo.InvariantCulture));
        }

        return canvas;
    }

    /// <summary>Latency by share of the commands, both axes logarithmic; null without any.</summary>
    public static SvgCanvas? Latencies(LabResult result)
    {
        double[][][] curves = [.. result.Cells.Select(cell => PointsOf(Middle(result, cell), "latency_us"))];
        double[] values = [.. curves.SelectMany(points => points).Select(point => point[1]).Where(us => us > 0)];
        if (values.Length == 0 || values.Max() <= values.Min())
        {
            return null;
        }

        double least = values.Min();
        double span = Math.Log(values.Max() / least);
        SvgCanvas canvas = new(Width, Height);
        foreach (double share in Shares)
        {
            canvas.Line(Along(share), Roof, Along(share), Floor);
            canvas.Text(Along(share), Floor + 20, share.ToString(CultureInfo.InvariantCulture) + " %", "middle");
        }

        for (double us = Math.Pow(10, Math.Ceiling(Math.Log10(least))); us <= values.Max(); us *= 10)
        {
            canvas.Line(Left, Up(us), Width - Right, Up(us));
            canvas.Text(Left - 6, Up(us) + 4, (us / 1000).ToString(CultureInfo.InvariantCulture) + " ms", "end");
        }

        for (int i = 0; i < curves.Length; i++)
        {
            canvas.Curve(curves[i].Select(point => (Along(point[0]), Up(point[1]))), SvgCanvas.Colour(i));
            canvas.Legend(i, result.Cells[i].Name, Right);
        }

        return canvas;

        double Up(double us) => Floor - (Math.Log(Math.Max(us, least) / least) / span * (Floor - Roof));
    }

    /// <summary>Pauses of the collector over time, last run of each setting; null when there was none.</summary>
    public static SvgCanvas? Pauses(LabResult result)
    {
        double[][][] pauses =
            [.. result.Cells.Select(cell => PointsOf(Last(result, cell), "gc_pauses"))];
        double longest = pauses.SelectMany(points => points).Select(point => point[1]).DefaultIfEmpty().Max();
        double end = pauses.SelectMany(points => points).Select(point => point[0]).DefaultIfEmpty().Max();
        if (longest <= 0 || end <= 0)
        {
            return null;
        }

        SvgCanvas canvas = new(Width, Height);
        canvas.Line(Left, Floor, Width - Right, Floor);
        canvas.Text(Left - 6, Roof + 4, longest.ToString("0.##", CultureInfo.InvariantCulture) + " ms", "end");
        canvas.Text(Left - 6, Floor, "0", "end");
        canvas.Text(Width - Right, Floor + 20, end.ToString("0.#", CultureInfo.InvariantCulture) + " s", "end");
        for (int i = 0; i < pauses.Length; i++)
        {
            foreach (double[] point in pauses[i])
            {
                canvas.Dot(
                    Left + (point[0] / end * (Width - Left - Right)), Floor - (point[1] / longest * (Floor - Roof)),
                    SvgCanvas.Colour(i));
            }

            canvas.Legend(i, result.Cells[i].Name, Right);
        }

        return canvas;
    }

    private static double Along(double share)
    {
        double nines = -Math.Log10(1 - (Math.Min(share, Shares[^1]) / 100));
        return Left + (nines / (Shares.Length - 1) * (Width - Left - Right));
    }

    private static JsonObject Last(LabResult result, LabCell cell) =>
        result.Runs(cell) is [.., JsonObject last] ? last : [];

    // The run with the middle p99, not the middle of all runs: a curve that was really seen.
    private static JsonObject Middle(LabResult result, LabCell cell)
    {
        JsonObject[] runs =
        [
            .. result.Runs(cell).Where(run => run["latency_us"] is not null)
                .OrderBy(run => run["p99_us"]!.GetValue<double>()),
        ];
        return runs.Length == 0 ? [] : runs[runs.Length / 2];
    }

    private static double[][] PointsOf(JsonObject run, string key) => run[key] is not JsonArray points
        ? []
        : [.. points.Select(point => (double[])[.. point!.AsArray().Select(value => value!.GetValue<double>())])];
}
