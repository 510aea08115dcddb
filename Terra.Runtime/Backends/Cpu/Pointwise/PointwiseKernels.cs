using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Lowers a pointwise op with several results: the value of one element of each, in the results' dtypes.</summary>
public delegate IrNode[] PointwiseManyRule(PointwiseBuilder builder, OpInvocation call);

/// <summary>
/// The kernel of pointwise ops: runs an op as a graph of one. What an invocation compiles to is found by op, dtypes of inputs and results, which inputs are
/// 0-d, and structural attributes other than sizes; numbers given at run time are never part of it.
/// </summary>
public static class PointwiseKernels
{
    private static readonly ConcurrentDictionary<OpDef, CompiledOp[]> s_compiled = new(ReferenceEqualityComparer.Instance);

    /// <summary>Runs an op through its <see cref="OpDef.Pointwise"/> rule. Use as <see cref="OpDef.Kernel"/>.</summary>
    /// <exception cref="InvalidOperationException">The op has no pointwise rule.</exception>
    public static void RunOp(OpInvocation call) => (Find(call) ?? Compile(call, null)).Run(call);

    /// <summary>Runs an op with several results that are all pointwise, computed together. Always give the same rule for an op.</summary>
    public static void RunMany(OpInvocation call, PointwiseManyRule rule) => (Find(call) ?? Compile(call, rule)).Run(call);

    private static CompiledOp? Find(OpInvocation call)
    {
        if (s_compiled.TryGetValue(call.Op, out CompiledOp[]? compiled))
        {
            foreach (CompiledOp candidate in compiled)
            {
                if (candidate.Fits(call))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    private static CompiledOp Compile(OpInvocation call, PointwiseManyRule? rule)
    {
        var compiled = new CompiledOp(call, rule);
        s_compiled.AddOrUpdate(call.Op, _ => [compiled], (_, known) => [.. known, compiled]);
        return compiled;
    }

    /// <summary>One combination of an op with dtypes and structural attributes, and its kernel.</summary>
    private sealed class CompiledOp
    {
        private readonly int[] _inputKinds;
        private readonly DType[] _outputs;
        private readonly Attr[] _attrs;
        private readonly PointwiseKernel _kernel;
        private readonly int[] _arguments;
        private readonly ScalarSlot[] _slots;

        public CompiledOp(OpInvocation call, PointwiseManyRule? rule)
        {
            _attrs = call.Attrs.ToArray();
            _outputs = Array.ConvertAll(call.Outputs, output => output.DType);
            _inputKinds = new int[call.Inputs.Length];
            var builder = new PointwiseBuilder();
            var arguments = new IrNode?[call.Inputs.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                _inputKinds[i] = Kind(call.Inputs[i]);
                arguments[i] = call.Inputs[i] is { } input ? builder.NewInput(input.DType) : null;
            }

            IrNode[] values;
            if (rule is null)
            {
                values = [builder.Lower(call, arguments, _outputs[0], 0)];
            }
            else
            {
                builder.Enter(call, arguments, 0);
                values = rule(builder, call);
                values = values.Select((value, i) => builder.Result(value, _outputs[i])).ToArray();
            }

            (PointwiseProgram program, int[] used) = builder.BuildUsed(values);
            int[] present = Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is not null).ToArray();
            _arguments = Array.ConvertAll(used, slot => present[slot]);
            _kernel = PointwiseKernel.Get(program);

            // Not the kernel's own program's: that one may come from another op, which has the same number in another attribute.
            _slots = program.Scalars.ToArray();
        }

        public bool Fits(OpInvocation call)
        {
            ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
            if (inputs.Length != _inputKinds.Length || call.Outputs.Length != _outputs.Length)
            {
                return false;
            }

            for (int i = 0; i < inputs.Length; i++)
            {
                if (Kind(inputs[i]) != _inputKinds[i])
                {
                    return false;
                }
            }

            TensorImpl[] outputs = call.Outputs;
            for (int i = 0; i < outputs.Length; i++)
            {
                if (outputs[i].DType != _outputs[i])
                {
                    return false;
                }
            }

            ReadOnlySpan<Attr> attrs = call.Attrs;
            for (int i = 0; i < attrs.Length; i++)
            {
                if (!SameCode(attrs[i], _attrs[i]))
                {
                    return false;
                }
            }

            return true;
        }

        public void Run(OpInvocation call)
        {
            ReadOnlySpan<ScalarSlot> slots = _slots;
            Span<long> scalars = stackalloc long[slots.Length];
            ReadOnlySpan<Attr> attrs = call.Attrs;
            for (int i = 0; i < slots.Length; i++)
            {
                scalars[i] = slots[i].Read(attrs[slots[i].Attribute]);
            }

            var inputs = new Operands(_arguments, call);
            _kernel.Run(inputs.Span, call.Outputs, scalars);
        }

        /// <summary>Integer lists are sizes of results; element expressions do not depend on them.</summary>
        private static bool SameCode(in Attr a, in Attr b) =>
            a.Kind == b.Kind && (a.Kind is AttrKind.IntList || a.SameNode(b));

        private static int Kind(TensorImpl? tensor) => tensor is null ? -1 : ((int)tensor.DType << 1) | (tensor.Rank == 0 ? 1 : 0);
    }

    /// <summary>The tensors a program reads, without an allocation for up to four.</summary>
    private ref struct Operands
    {
        private readonly int _count;
        private FourTensors _few;
        private readonly TensorImpl[]? _many;

        public Operands(int[] arguments, OpInvocation call)
        {
            _count = arguments.Length;
            Span<TensorImpl> target = _few;
            if (_count > target.Length)
            {
                _many = new TensorImpl[_count];
                target = _many;
            }

            for (int i = 0; i < _count; i++)
            {
                target[i] = call.Input(arguments[i]);
            }
        }

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ReadOnlySpan<TensorImpl> Span => _many is null ? ((ReadOnlySpan<TensorImpl>)_few)[.._count] : _many;
    }

    [System.Runtime.CompilerServices.InlineArray(4)]
    private struct FourTensors
    {
        private TensorImpl _first;
    }
}
