using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FastCore.Tidy.Tests.Tree;

/// <summary>A text file of the repository, or a snippet that pretends to be one.</summary>
internal sealed class SourceFile
{
    private readonly Lazy<SyntaxNode> _syntax;

    /// <param name="path">Path from the root, with slashes.</param>
    /// <param name="text">The content.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.Split('\n');
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.Parse);
        _syntax = new Lazy<SyntaxNode>(() => CSharpSyntaxTree.ParseText(text, options).GetRoot());
    }

    public string Path { get; }

    public string Text { get; }

    public string[] Lines { get; }

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public SyntaxNode Syntax => _syntax.Value;

    /// <summary>True when the file lies in one of the folders, named from the root.</summary>
    public bool IsIn(params ReadOnlySpan<string> folders)
    {
        foreach (string folder in folders)
        {
            if (Path.StartsWith(folder + "/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public Finding At(SyntaxNode node, string rule, string what) =>
        new(Path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, rule, what);

    public Finding At(int line, string rule, string what) => new(Path, line, rule, what);
}
