using System.Globalization;
using FastCore.Bench.Soak;
using FastCore.Cli.Plots;

namespace FastCore.Cli.Soak;

/// <summary>The plots of a soak.</summary>
internal static class SoakPlots
{
    private const int Width = 900;
    private const int Height = 260;
    private const int Left = 70;
    private const int Right = 220;
    private const int Floor = Height - 40;
    private const int Roof = 10;

    /// <summary>Values of the windows over time; null without windows.</summary>
    public static SvgCanvas? OverTime(
        SoakReport report, IReadOnlyList<(string Name, Func<SoakWindow, double> Of)> curves)
    {
        if (report.Windows.Count < 2)
        {
            return null;
        }

        double end = report.Windows[^1].AtS;
        double most = Math.Max(
            1e-9, curves.SelectMany(curve => report.Windows.Select(curve.Of)).Max());
        SvgCanvas canvas = new(Width, Height);
        foreach (SoakWindow window in report.Windows.Where(window => !window.IsSteady))
        {
            double width = report.WindowSeconds / end * (Width - Left - Right);
            canvas.Bar(Math.Max(Left, Along(window.AtS) - width), Roof, width, Floor - Roof, "#f6f8fa");
        }

        canvas.Line(Left, Floor, Width - Right, Floor);
        canvas.Line(Left, Roof, Width - Right, Roof);
        canvas.Text(Left - 6, Roof + 4, most.ToString("0.##", CultureInfo.InvariantCulture), "end");
        canvas.Text(Left - 6, Floor, "0", "end");
        canvas.Text(Width - Right, Floor + 20, Time(end), "end");
        foreach ((double atS, bool byKill, _) in report.Restarts.Where(restart => restart.AtS <= end))
        {
            canvas.Curve([(Along(atS), Roof), (Along(atS), Floor)], byKill ? "#d1242f" : "#8c959f");
        }

        for (int i = 0; i < curves.Count; i++)
        {
            canvas.Curve(
                report.Windows.Select(window => (Along(window.AtS), Up(curves[i].Of(window)))), SvgCanvas.Colour(i));
            canvas.Legend(i, curves[i].Name, Right);
        }

        return canvas;

        double Along(double atS) => Left + (atS / end * (Width - Left - Right));

        double Up(double value) => Floor - (Math.Max(0, value) / most * (Floor - Roof));
    }

    private static string Time(double seconds) => seconds < 600
        ? seconds.ToString("0", CultureInfo.InvariantCulture) + " s"
        : (seconds / 3600).ToString("0.##", CultureInfo.InvariantCulture) + " h";
}
