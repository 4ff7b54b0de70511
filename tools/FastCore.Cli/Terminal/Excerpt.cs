namespace FastCore.Cli.Terminal;

/// <summary>The beginning of what somebody typed, for a message that quotes it.</summary>
internal static class Excerpt
{
    /// <summary>Characters that are quoted at most.</summary>
    public const int Max = 80;

    /// <summary>The text, or its beginning with an ellipsis.</summary>
    public static string Of(string text) => text.Length <= Max ? text : $"{text.AsSpan(0, Max)}…";
}
