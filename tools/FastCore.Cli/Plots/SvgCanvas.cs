using System.Globalization;
using System.Net;
using System.Text;

namespace FastCore.Cli.Plots;

/// <summary>A plot drawn as SVG; numbers are pixels from the upper left corner.</summary>
internal sealed class SvgCanvas
{
    private static readonly string[] Colours =
        ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#bf3989", "#0a7ea4", "#57606a"];

    private readonly StringBuilder _svg = new();
    private readonly int _width;

    /// <summary>Begins a plot.</summary>
    public SvgCanvas(int width, int height)
    {
        _width = width;
        _ = _svg.Append(
            CultureInfo.InvariantCulture, $"<svg width=\"{width}\" height=\"{height}\" font-size=\"12\">\n");
    }

    /// <summary>The colour of the setting with this number.</summary>
    public static string Colour(int i) => Colours[i % Colours.Length];

    /// <summary>Writes text; the anchor is start, middle or end.</summary>
    public void Text(double x, double y, string text, string anchor = "start") => _svg.Append(
        CultureInfo.InvariantCulture,
        $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>\n");

    /// <summary>Draws a thin line.</summary>
    public void Line(double x1, double y1, double x2, double y2) => _svg.Append(
        CultureInfo.InvariantCulture,
        $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"#d0d7de\"/>\n");

    /// <summary>Draws a filled rectangle.</summary>
    public void Bar(double x, double y, double width, double height, string colour) => _svg.Append(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" fill=\"{colour}\"/>\n");

    /// <summary>Draws a dot.</summary>
    public void Dot(double x, double y, string colour) => _svg.Append(
        CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\" fill=\"{colour}\"/>\n");

    /// <summary>Draws a curve through points.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, string colour)
    {
        _ = _svg.Append("<polyline points=\"");
        foreach ((double x, double y) in points)
        {
            _ = _svg.Append(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} ");
        }

        _ = _svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
    }

    /// <summary>Says at the right side which colour a setting has.</summary>
    public void Legend(int i, string name, int room)
    {
        int x = _width - room + 12;
        Bar(x, 12 + (i * 18), 10, 10, Colour(i));
        Text(x + 16, 21 + (i * 18), name);
    }

    /// <inheritdoc/>
    public override string ToString() => _svg + "</svg>\n";
}
