using System.Reflection;
using System.Runtime.CompilerServices;

using FastCore.Engine.Partitions;
using FastCore.Fraud.Scoring;
using FastCore.Payments.Payments;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>
/// What a burst goes through (a hundred thousand holds that expire together) is marked to be optimized at once, since
/// it would be over before the runtime finds out that it is hot. But then it is compiled when it is first called: by
/// the partition's thread, with the burst waiting, some twenty milliseconds. So a node has it compiled before it
/// opens.
/// </summary>
internal static class PreparedCode
{
    private static readonly Lazy<MethodBase[]> All = new(PrepareAll);

    /// <summary>
    /// The methods; compiled when this is first asked for. Methods of generic types are not among them.
    /// </summary>
    public static IReadOnlyList<MethodBase> Prepare() => All.Value;

    private static MethodBase[] PrepareAll()
    {
        const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.Public | BindingFlags.NonPublic;
        Assembly[] assemblies =
        [
            typeof(Partition).Assembly, typeof(PaymentsMachine).Assembly, typeof(SeatsMachine).Assembly,
            typeof(FraudMachine).Assembly,
        ];
        MethodBase[] methods =
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .Where(type => !type.ContainsGenericParameters)
                .SelectMany(type => type.GetMethods(Declared))
                .Where(IsMarked),
        ];
        foreach (MethodBase method in methods)
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }

        return methods;
    }

    private static bool IsMarked(MethodInfo method) =>
        (method.MethodImplementationFlags & MethodImplAttributes.AggressiveOptimization) != 0
        && !method.ContainsGenericParameters;
}
