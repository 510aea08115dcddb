using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules called one after another, each with the result of the one before.</summary>
    public class Sequential : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> _modules = [];

        protected internal Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules)
            : base(nameof(Sequential))
        {
            foreach ((string name, Module<Tensor, Tensor> submodule) in modules)
            {
                append(name, submodule);
            }
        }

        protected internal Sequential(params Module<Tensor, Tensor>[] modules)
            : base(nameof(Sequential))
        {
            foreach (Module<Tensor, Tensor> submodule in modules)
            {
                append(submodule);
            }
        }

        public int Count => _modules.Count;

        public IModule<Tensor, Tensor> this[int index] => _modules[index];

        /// <summary>A sequence of the same modules from start up to but not including end; null means from the first, to the last.</summary>
        public Sequential this[(int? start, int? end) index] => Slice(index.start ?? 0, index.end ?? Count);

        /// <summary>A sequence of the same modules in a range.</summary>
        public Sequential this[Range index] => Slice(index.Start.GetOffset(Count), index.End.GetOffset(Count));

        /// <summary>Adds a module under a name.</summary>
        /// <exception cref="ArgumentException">It is no module, or the name is taken.</exception>
        public Sequential append(string name, IModule<Tensor, Tensor> module)
        {
            if (module is not Module<Tensor, Tensor> typed)
            {
                throw new ArgumentException($"'{name}' does not derive from nn.Module<Tensor, Tensor>", nameof(module));
            }

            register_module(name, typed);
            _modules.Add(typed);
            return this;
        }

        /// <summary>Adds a module under its position as the name.</summary>
        public Sequential append(IModule<Tensor, Tensor> module) =>
            append(Count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);

        /// <summary>Runs the modules. What one returns is disposed once the next has used it.</summary>
        public override Tensor forward(Tensor tensor)
        {
            if (_modules.Count == 0)
            {
                return tensor.SameTensor();
            }

            Tensor current = tensor;
            foreach (Module<Tensor, Tensor> module in _modules)
            {
                Tensor next = module.call(current);
                if (!ReferenceEquals(current, tensor) && !ReferenceEquals(current, next))
                {
                    current.Dispose();
                }

                current = next;
            }

            return current;
        }

        private Sequential Slice(int start, int end)
        {
            (string, Module<Tensor, Tensor>)[] entries = named_children()
                .Select(static child => (child.name, (Module<Tensor, Tensor>)child.module))
                .ToArray();
            return new Sequential(entries[start..end]);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>An empty sequence, to append to.</summary>
            public static Sequential Sequential() => new(Array.Empty<(string, Module<Tensor, Tensor>)>());

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules) =>
                new(modules.Select(static entry => (entry.Item1, entry.Item2)).ToArray());

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new(modules.ToArray());

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules) =>
                new(modules.Select(static entry => (entry.Item1, entry.Item2)).ToArray());

            /// <inheritdoc cref="Modules.Sequential"/>
            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules.ToArray());
        }
    }
}
