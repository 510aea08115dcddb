using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef embedding = new(
        "aten::embedding(Tensor weight, Tensor indices, int padding_idx, bool scale_grad_by_freq) -> Tensor", IndexingRules.Embedding)
    {
        TakesNarrowFloats = true,
        Kernel = EmbeddingKernels.Forward,
        Derivative = IndexingDerivatives.Embedding,
        SavedInputs = [1],
        CheckData = EmbeddingKernels.CheckIndices,
        CheckedInputs = [1],
    };

    public static readonly OpDef embedding_dense_backward = new(
        "aten::embedding_dense_backward(Tensor grad_output, Tensor indices, int num_weights, int padding_idx) -> Tensor",
        IndexingRules.EmbeddingBackward)
    {
        Kernel = EmbeddingKernels.Backward,
        Derivative = SecondDerivatives.Embedding,
        SavedInputs = [1],
    };

    public static readonly OpDef gather = new("aten::gather(Tensor self, int dim, Tensor index) -> Tensor", IndexingRules.Gather)
    {
        TakesNarrowFloats = true,
        Kernel = GatherKernels.Gather,
        Derivative = IndexingDerivatives.Gather,
        SavedInputs = [1],
        CheckData = GatherKernels.CheckIndices,
        KernelChecksData = true,
        CheckedInputs = [1],
    };

    public static readonly OpDef scatter_src = Scatter(
        "aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
        IndexingRules.ScatterSource,
        GatherKernels.ScatterSource,
        IndexingDerivatives.ScatterSource);

    public static readonly OpDef scatter_src_ = Scatter(
        "aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
        IndexingRules.ScatterSource,
        GatherKernels.ScatterSource,
        IndexingDerivatives.ScatterSource);

    public static readonly OpDef scatter_value = Scatter(
        "aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor",
        IndexingRules.ScatterValue,
        GatherKernels.ScatterValue,
        IndexingDerivatives.ScatterValue);

    public static readonly OpDef scatter_value_ = Scatter(
        "aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)",
        IndexingRules.ScatterValue,
        GatherKernels.ScatterValue,
        IndexingDerivatives.ScatterValue);

    public static readonly OpDef scatter_add = Scatter(
        "aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
        IndexingRules.ScatterSource,
        GatherKernels.ScatterAdd,
        IndexingDerivatives.ScatterAdd);

    public static readonly OpDef scatter_add_ = Scatter(
        "aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)",
        IndexingRules.ScatterSource,
        GatherKernels.ScatterAdd,
        IndexingDerivatives.ScatterAdd);

    public static readonly OpDef index_select = new("aten::index_select(Tensor self, int dim, Tensor index) -> Tensor", IndexingRules.IndexSelect)
    {
        TakesNarrowFloats = true,
        Kernel = IndexSelectKernels.Select,
        Derivative = IndexingDerivatives.IndexSelect,
        SavedInputs = [1],
        CheckData = IndexSelectKernels.CheckIndices,
        CheckedInputs = [1],
    };

    public static readonly OpDef index_add = IndexAdd("aten::index_add(Tensor self, int dim, Tensor index, Tensor source, Scalar alpha) -> Tensor");

    public static readonly OpDef index_add_ = IndexAdd("aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, Scalar alpha) -> Tensor(a!)");

    public static readonly OpDef index = new("aten::index.Tensor(Tensor self, int[] dims, Tensor[] indices) -> Tensor", IndexingRules.Index)
    {
        TakesNarrowFloats = true,
        Kernel = IndexKernels.Index,
        Derivative = IndexingDerivatives.Index,
        SavedInputs = IndexTensors(1),
        CheckData = static call => IndexKernels.CheckIndices(call, 1),
        CheckedInputs = IndexTensors(1),
    };

    public static readonly OpDef index_put = IndexPut("aten::index_put(Tensor self, Tensor values, int[] dims, bool accumulate, Tensor[] indices) -> Tensor");

    public static readonly OpDef index_put_ = IndexPut("aten::index_put_(Tensor(a!) self, Tensor values, int[] dims, bool accumulate, Tensor[] indices) -> Tensor(a!)");

    public static readonly OpDef nonzero = new("aten::nonzero(Tensor self) -> Tensor", IndexingRules.Nonzero)
    {
        Kernel = MaskKernels.Nonzero,
        IsDataDependent = true,
    };

    public static readonly OpDef _bincount = new("aten::_bincount(Tensor self, int minlength) -> Tensor", IndexingRules.Bincount)
    {
        Kernel = CountKernels.Bincount,
        IsDataDependent = true,
    };

    public static readonly OpDef masked_select = new("aten::masked_select(Tensor self, Tensor mask) -> Tensor", IndexingRules.MaskedSelect)
    {
        TakesNarrowFloats = true,
        Kernel = MaskKernels.MaskedSelect,
        Derivative = IndexingDerivatives.MaskedSelect,
        SavedInputs = [1],
        IsDataDependent = true,
    };

    private static OpDef Scatter(string schema, InferRule infer, KernelRule kernel, DerivativeRule derivative) => new(schema, infer)
    {
        Kernel = kernel,
        Derivative = derivative,
        SavedInputs = [1],
        CheckData = GatherKernels.CheckIndices,
        KernelChecksData = true,
        CheckedInputs = [1],
    };

    private static OpDef IndexAdd(string schema) => new(schema, IndexingRules.IndexAdd)
    {
        Kernel = IndexSelectKernels.Add,
        Derivative = IndexingDerivatives.IndexAdd,
        SavedInputs = [1],
        CheckData = IndexSelectKernels.CheckIndices,
        CheckedInputs = [1],
    };

    private static OpDef IndexPut(string schema) => new(schema, IndexingRules.IndexPut)
    {
        Kernel = IndexKernels.IndexPut,
        Derivative = IndexingDerivatives.IndexPut,
        SavedInputs = IndexTensors(2),
        CheckData = static call => IndexKernels.CheckIndices(call, 2),
        CheckedInputs = IndexTensors(2),
    };

    /// <summary>Positions of the index tensors of an advanced indexing op: as many as a tensor can have dimensions.</summary>
    private static int[] IndexTensors(int first) => [.. Enumerable.Range(first, 16)];
}
