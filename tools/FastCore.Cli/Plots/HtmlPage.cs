using System.Net;
using System.Text;

namespace FastCore.Cli.Plots;

/// <summary>A report as one HTML file: nothing is loaded, nothing runs.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _html = new();

    /// <summary>Begins a page.</summary>
    public HtmlPage(string title) => _html.Append($$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{{Text(title)}}</title><style>
        body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;color:#1f2328}
        table{border-collapse:collapse}td,th{padding:.25em .7em;border-bottom:1px solid #d0d7de;text-align:right}
        td:first-child,th:first-child{text-align:left}code{background:#f6f8fa;padding:.1em .3em}
        .different{font-weight:bold}.problem{color:#d1242f}svg{display:block;margin:.5em 0 2em}
        </style></head><body><h1>{{Text(title)}}</h1>

        """);

    /// <summary>Text as HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Adds HTML as it is.</summary>
    public void Raw(string html) => _html.Append(html);

    /// <summary>Adds a paragraph of text.</summary>
    public void Paragraph(string text, string? kind = null) =>
        _html.Append($"<p{(kind is null ? "" : $" class=\"{kind}\"")}>{Text(text)}</p>\n");

    /// <summary>Adds a heading and a plot, or says that there is nothing to draw.</summary>
    public void Plot(string heading, SvgCanvas? plot)
    {
        string body = plot?.ToString() ?? "<p>Nothing to draw.</p>\n";
        _html.Append($"<h2>{Text(heading)}</h2>\n{body}");
    }

    /// <inheritdoc/>
    public override string ToString() => _html + "</body></html>\n";
}
