using Terra.Bench.Kernels.Cases;

namespace Terra.Bench.Kernels;

/// <summary>All cases, group by group.</summary>
internal static class KernelSuite
{
    public static IEnumerable<KernelCase> All =>
    [
        .. GemmCases.All,
        .. ConvolutionCases.All,
        .. TransposedConvolutionCases.All,
        .. ElementwiseCases.All,
        .. RowCases.All,
        .. ReductionCases.All,
        .. IndexingCases.All,
        .. CopyCases.All,
        .. PoolingCases.All,
        .. AttentionCases.All,
        .. RecurrentCases.All,
        .. OptimizerCases.All,
        .. OverheadCases.All,
        .. ModelCases.All,
    ];
}
