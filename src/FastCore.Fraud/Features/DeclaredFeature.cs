namespace FastCore.Fraud.Features;

/// <summary>
/// The text of one field of a feature, and where it begins. The text is null when it was something else, which is told
/// already.
/// </summary>
internal readonly record struct DeclaredField(string? Text, int Line, int Column);

/// <summary>A feature as read: its fields are texts, nothing is checked yet.</summary>
/// <param name="Number">Position in the file, from 1.</param>
/// <param name="Line">Line where it begins.</param>
/// <param name="Column">Column where it begins.</param>
internal sealed record DeclaredFeature(int Number, int Line, int Column)
{
    public Dictionary<string, DeclaredField> Fields { get; } = [];

    /// <summary>How mistakes name it.</summary>
    public string Title => Fields.TryGetValue("name", out DeclaredField name) && name.Text is { Length: > 0 }
        ? name.Text
        : $"#{Number}";
}
