namespace FastCore.Fraud.Models.Reading;

/// <summary>Reads one tree of a model file.</summary>
internal static class RawTreeReader
{
    private const int TextSizeMax = 64;

    public static RawTree Read<T>(ref T tokens, int nodesMax)
        where T : IModelTokens, allows ref struct
    {
        RawTree tree = new();
        int seen = 0;
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            int field = FieldOf(key);
            if (field == 0)
            {
                tokens.Skip();
                continue;
            }

            ModelFileReader.Once((seen & (1 << field)) != 0 ? tree : null, key);
            seen |= 1 << field;
            ReadField(ref tokens, tree, field, nodesMax);
        }

        return tree;
    }

    private static int FieldOf(ReadOnlySpan<byte> key) => key switch
    {
        _ when key.SequenceEqual("left_children"u8) => 1,
        _ when key.SequenceEqual("right_children"u8) => 2,
        _ when key.SequenceEqual("split_indices"u8) => 3,
        _ when key.SequenceEqual("split_conditions"u8) => 4,
        _ when key.SequenceEqual("default_left"u8) => 5,
        _ when key.SequenceEqual("split_type"u8) => 6,
        _ when key.SequenceEqual("categories_nodes"u8) => 7,
        _ when key.SequenceEqual("categories_segments"u8) => 8,
        _ when key.SequenceEqual("categories_sizes"u8) => 9,
        _ when key.SequenceEqual("categories"u8) => 10,
        _ when key.SequenceEqual("id"u8) => 11,
        _ when key.SequenceEqual("tree_param"u8) => 12,
        _ when key.SequenceEqual("leaf_weights"u8) => 13,
        _ when key.SequenceEqual("sum_hessian"u8) => 14,
        _ => 0,
    };

    private static void ReadField<T>(ref T tokens, RawTree tree, int field, int nodesMax)
        where T : IModelTokens, allows ref struct
    {
        switch (field)
        {
            case 1:
                tree.Left = tokens.ReadIntegers(nodesMax);
                break;
            case 2:
                tree.Right = tokens.ReadIntegers(nodesMax);
                break;
            case 3:
                tree.Features = tokens.ReadIntegers(nodesMax);
                break;
            case 4:
                tree.Conditions = tokens.ReadNumbers(nodesMax);
                break;
            case 5:
                tree.DefaultLeft = tokens.ReadIntegers(nodesMax);
                break;
            case 6:
                tree.SplitTypes = tokens.ReadIntegers(nodesMax);
                break;
            case 7:
                tree.CategoryNodes = tokens.ReadIntegers(nodesMax);
                break;
            case 8:
                tree.CategorySegments = tokens.ReadIntegers(nodesMax);
                break;
            case 9:
                tree.CategorySizes = tokens.ReadIntegers(nodesMax);
                break;
            case 10:
                // All that fit into the file: a set of categories is paid for by its largest member, see TreeCheck.
                tree.Categories = tokens.ReadIntegers(ModelLimits.FileSizeMax);
                break;
            case 11:
                tree.Id = tokens.ReadInteger();
                break;
            case 12:
                ReadParameters(ref tokens, tree);
                break;
            case 14:
                tree.Covers = tokens.ReadNumbers(nodesMax);
                break;
            default:
                tree.HasVectorLeaves = true;
                tokens.Skip();
                break;
        }
    }

    private static void ReadParameters<T>(ref T tokens, RawTree tree)
        where T : IModelTokens, allows ref struct
    {
        tokens.BeginObject();
        while (tokens.NextKey(out ReadOnlySpan<byte> key))
        {
            if (key.SequenceEqual("num_nodes"u8))
            {
                ModelFileReader.Once(tree.NodeCount, key);
                tree.NodeCount = tokens.ReadText(TextSizeMax);
            }
            else if (key.SequenceEqual("size_leaf_vector"u8))
            {
                tree.HasVectorLeaves |= tokens.ReadText(TextSizeMax) is not ("0" or "1");
            }
            else
            {
                tokens.Skip();
            }
        }
    }
}
