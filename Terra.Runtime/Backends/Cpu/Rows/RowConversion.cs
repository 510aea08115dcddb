using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Turns rows of numbers of one floating-point type into those of another, one row at a time: row kernels on 16-bit types compute on a float32 row that stays in the
/// first-level cache. To be used by any number of threads.
/// </summary>
internal sealed unsafe class RowConversion
{
    private readonly PointwiseKernel _kernel;
    private readonly KernelCode _code;

    public RowConversion(DType from, DType to)
    {
        _kernel = WidenedKernel.Conversion(from, to);
        _code = _kernel.CodeFor(0);
    }

    public void Run(void* from, void* to, long count)
    {
        void** operands = stackalloc void*[] { to, from };
        _kernel.RunSegment(_code, operands, 0, 0, null, count, 0);
    }
}
