using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Resilient backpropagation (Riedmiller and Braun, 1993): only the signs of gradients count.</summary>
    public class Rprop : OptimizerHelper
    {
        public Rprop(
            IEnumerable<Parameter> parameters,
            double lr = 0.01,
            double etaminus = 0.5,
            double etaplus = 1.2,
            double min_step = 1e-06,
            double max_step = 50,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, etaminus, etaplus, min_step, max_step, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public Rprop(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.01,
            double etaminus = 0.5,
            double etaplus = 1.2,
            double min_step = 1e-06,
            double max_step = 50,
            bool maximize = false)
        {
            OptionRanges.NotNegative("Rprop", ("learning rate", lr), ("etaminus", etaminus), ("etaplus", etaplus), ("min_step", min_step), ("max_step", max_step));
            if (etaminus is not (> 0 and < 1) || !(etaplus > 1))
            {
                throw new ArgumentException($"Rprop: invalid factors ({etaminus}, {etaplus}); the first must be in (0, 1), the second greater than 1");
            }

            Defaults = new Options { LearningRate = lr, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step, maximize = maximize };
            AddGroups(parameters);
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(group => Update(group, (Options)group.Options), closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(Modules.ParamGroup group, Options options)
        {
            UpdateEach<State>(group, 0, options.maximize!.Value, (parameter, gradient, state) =>
            {
                state.step++;
                Tensor agreement = gradient * state.prev;
                Tensor factor = where(agreement.gt(0), options.etaplus!.Value, where(agreement.lt(0), options.etaminus!.Value, ones_like(agreement)));
                state.step_size.mul_(factor).clamp_(options.min_step!.Value, options.max_step!.Value);

                // Where the sign changed, the element stays and its next gradient counts as the first.
                state.prev.copy_(gradient.masked_fill(agreement.lt(0), 0));
                parameter.addcmul_(state.prev.sign(), state.step_size, -1);
            });
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public bool? maximize;
            public double? etaminus;
            public double? etaplus;
            public double? min_step;
            public double? max_step;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref maximize);
                visitor.Visit(ref etaminus);
                visitor.Visit(ref etaplus);
                visitor.Visit(ref min_step);
                visitor.Visit(ref max_step);
            }
        }

        /// <summary>Parameters with options for Rprop.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double etaminus = 0.5,
                double etaplus = 1.2,
                double min_step = 1e-06,
                double max_step = 50,
                bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step, maximize = maximize })
            {
            }
        }

        /// <summary>The step sizes of one parameter's elements.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>The gradient of the last step, zero where its sign had changed.</summary>
            public Tensor prev = null!;

            /// <summary>How far each element moves.</summary>
            public Tensor step_size = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                prev = ZerosLikeParameter();
                step_size = ZerosLikeParameter();
                step_size.fill_(options.LearningRate!.Value);
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.Visit(ref step);
                visitor.Visit(ref prev);
                visitor.Visit(ref step_size);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.Rprop"/>
            public static Rprop Rprop(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double etaminus = 0.5,
                double etaplus = 1.2,
                double min_step = 1e-06,
                double max_step = 50,
                bool maximize = false) =>
                new(parameters, lr, etaminus, etaplus, min_step, max_step, maximize);

            /// <inheritdoc cref="Modules.Rprop"/>
            public static Rprop Rprop(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                double etaminus = 0.5,
                double etaplus = 1.2,
                double min_step = 1e-06,
                double max_step = 50,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, etaminus, etaplus, min_step, max_step, maximize);

            /// <inheritdoc cref="Modules.Rprop"/>
            public static Rprop Rprop(
                IEnumerable<Rprop.ParamGroup> parameters,
                double lr = 0.01,
                double etaminus = 0.5,
                double etaplus = 1.2,
                double min_step = 1e-06,
                double max_step = 50,
                bool maximize = false) =>
                new(parameters, lr, etaminus, etaplus, min_step, max_step, maximize);
        }
    }
}
