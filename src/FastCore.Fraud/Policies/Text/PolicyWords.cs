namespace FastCore.Fraud.Policies.Text;

/// <summary>The words of a policy file, and names that a policy may give to files.</summary>
internal static class PolicyWords
{
    private const int QuotedMax = 40;

    public static string Of(FailureMode mode) => mode == FailureMode.Open ? "open" : "closed";

    public static bool TryMode(string text, out FailureMode mode)
    {
        mode = text == "closed" ? FailureMode.Closed : FailureMode.Open;
        return text is "open" or "closed";
    }

    /// <summary>
    /// Whether a name is relative, stays below the folder and is the same file on every system: plain letters, digits,
    /// points, hyphens, underscores and spaces between forward slashes, and no part of points only.
    /// </summary>
    public static bool IsFileName(string name) =>
        name.Length <= PolicyLimits.NameLengthMax
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ' ' or '/')
        && name.Split('/').All(part => part.Trim(' ').Length == part.Length && part.Trim('.').Length > 0);

    /// <summary>A text of a file in a sentence: one short line, whatever the file says.</summary>
    public static string Quote(string text)
    {
        string shown = text.Length > QuotedMax ? text[..QuotedMax] + "…" : text;
        return '\'' + string.Concat(shown.Select(sign => char.IsControl(sign) ? '?' : sign)) + '\'';
    }

    /// <summary>Whether a text is a SHA-256 as it is written in canonical policies.</summary>
    public static bool IsHash(string text) =>
        text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}
