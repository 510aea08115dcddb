using Terra.Runtime.Ops;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// Base of all neural network modules: a named tree of parameters, buffers and submodules. A subclass assigns its
        /// components to fields and calls <see cref="RegisterComponents"/> at the end of its constructor.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly string _name;
            private readonly ComponentTable<Parameter> _parameterTable = new();
            private readonly ComponentTable<Tensor> _bufferTable = new();
            private readonly ComponentTable<Module> _moduleTable = new();
            private readonly HashSet<string> _persistentBuffers = new(StringComparer.Ordinal);
            private bool _componentsRegistered;

            protected Module(string name) => _name = name;

            /// <summary>True in training mode (the default), false after <see cref="eval"/>.</summary>
            public bool training { get; private set; } = true;

            internal ComponentTable<Module> Submodules => _moduleTable;

            /// <summary>The name the module was constructed with.</summary>
            public virtual string GetName() => _name;

            /// <summary>Releases the module's parameters, buffers and submodules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                foreach ((_, Parameter parameter) in _parameterTable)
                {
                    parameter.Dispose();
                }

                foreach ((_, Tensor buffer) in _bufferTable)
                {
                    buffer.Dispose();
                }

                foreach ((_, Module module) in _moduleTable)
                {
                    module.Dispose();
                }
            }

            /// <summary>Sets training mode here and in all submodules; it matters to dropout and batch normalization.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach ((_, Module module) in _moduleTable)
                {
                    module.train(train);
                }
            }

            /// <summary>Sets evaluation mode: <c>train(false)</c>.</summary>
            public virtual void eval() => train(false);

            /// <summary>Forgets the gradients of all parameters, or fills them with zeros.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else if (parameter.Impl.Autograd?.Grad is { } gradient)
                    {
                        using (no_grad())
                        {
                            Aten.zero_(gradient);
                        }
                    }
                }
            }

            /// <summary>Calls <paramref name="fn"/> on every submodule, children before their parent, and then on this module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach ((_, Module module) in _moduleTable)
                {
                    module.apply(fn);
                }

                fn(this);
                return this;
            }

            /// <summary>
            /// Changes the dtype of all floating-point parameters and buffers. Parameter objects stay the same ones, so
            /// optimizers go on with them.
            /// </summary>
            /// <exception cref="ArgumentException">The dtype is not a floating-point one.</exception>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is { } wanted && !is_floating_point(wanted))
                {
                    throw new ArgumentException($"to({wanted}): a module takes floating-point dtypes only", nameof(dtype));
                }

                foreach ((_, Parameter parameter) in _parameterTable)
                {
                    Convert(parameter, dtype, device, non_blocking);
                }

                foreach ((_, Tensor buffer) in _bufferTable)
                {
                    Convert(buffer, dtype, device, non_blocking);
                }

                foreach ((_, Module module) in _moduleTable)
                {
                    module._toEpilog(dtype, device, non_blocking);
                }
            }

            internal void To(ScalarType? dtype, Device? device, bool nonBlocking) => _toEpilog(dtype, device, nonBlocking);

            private static void Convert(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                ScalarType target = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                if (target == tensor.dtype && (device is null || device.type == tensor.device_type))
                {
                    return;
                }

                using (no_grad())
                {
                    using Tensor converted = tensor.to(target, device ?? tensor.device, non_blocking: nonBlocking);
                    tensor.ReplaceData(converted);
                }
            }
        }
    }
}
