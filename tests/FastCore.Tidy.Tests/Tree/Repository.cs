namespace FastCore.Tidy.Tests.Tree;

/// <summary>The repository these tests were built from: all text files under the folder of FastCore.sln.</summary>
internal static class Repository
{
    private static readonly string[] SkippedFolders =
        [".git", "bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".idea"];

    private static readonly string[] TextExtensions =
    [
        ".cs", ".csproj", ".props", ".targets", ".json", ".md", ".txt", ".xml", ".sln", ".sh", ".yml", ".yaml", ".csv",
        "",
    ];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = Read(Root);

    public static IEnumerable<ProjectFile> Projects =>
        Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(file => new ProjectFile(file.Path, file.Text));

    public static string TextOf(string path) => Files.Single(file => file.Path == path).Text;

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastCore.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FastCore.sln is in no folder above the tests.");
    }

    private static List<SourceFile> Read(string root)
    {
        List<SourceFile> files = [];
        Stack<string> folders = new([root]);
        while (folders.TryPop(out string? folder))
        {
            foreach (string inner in Directory.EnumerateDirectories(folder))
            {
                if (!SkippedFolders.Contains(Path.GetFileName(inner)))
                {
                    folders.Push(inner);
                }
            }

            foreach (string file in Directory.EnumerateFiles(folder))
            {
                if (TextExtensions.Contains(Path.GetExtension(file)) && Path.GetFileName(file) != ".git")
                {
                    string path = Path.GetRelativePath(root, file).Replace('\\', '/');
                    files.Add(new SourceFile(path, File.ReadAllText(file).ReplaceLineEndings("\n")));
                }
            }
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }
}
