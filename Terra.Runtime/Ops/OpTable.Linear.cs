using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef mm = new("aten::mm(Tensor self, Tensor mat2) -> Tensor", static call => [LinearRules.Product(call, 0, 1, 2)])
    {
        TakesNarrowFloats = true,
        Kernel = LinearKernels.Product,
        KernelWithEpilogue = LinearKernels.Product,
        EpiloguePays = LinearKernels.EpiloguePays,
        Derivative = LinearDerivatives.Product,
        SavedInputs = [0, 1],
    };

    public static readonly OpDef bmm = new("aten::bmm(Tensor self, Tensor mat2) -> Tensor", static call => [LinearRules.Product(call, 0, 1, 3)])
    {
        TakesNarrowFloats = true,
        Kernel = LinearKernels.Product,
        KernelWithEpilogue = LinearKernels.Product,
        EpiloguePays = LinearKernels.EpiloguePays,
        Derivative = LinearDerivatives.Product,
        SavedInputs = [0, 1],
    };

    public static readonly OpDef addmm = new(
        "aten::addmm(Tensor self, Tensor mat1, Tensor mat2, Scalar beta, Scalar alpha) -> Tensor",
        static call => [LinearRules.AddProduct(call, 2)])
    {
        TakesNarrowFloats = true,
        Kernel = LinearKernels.AddProduct,
        KernelWithEpilogue = LinearKernels.AddProduct,
        EpiloguePays = LinearKernels.EpiloguePays,
        Derivative = LinearDerivatives.AddProduct,
        SavedInputs = [1, 2],
    };

    public static readonly OpDef baddbmm = new(
        "aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, Scalar beta, Scalar alpha) -> Tensor",
        static call => [LinearRules.AddProduct(call, 3)])
    {
        TakesNarrowFloats = true,
        Kernel = LinearKernels.AddProduct,
        KernelWithEpilogue = LinearKernels.AddProduct,
        EpiloguePays = LinearKernels.EpiloguePays,
        Derivative = LinearDerivatives.AddProduct,
        SavedInputs = [1, 2],
    };
}
