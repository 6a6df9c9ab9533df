/** TypeORM's declarations of tables and columns and its names for them, without its drivers: those are loaded by whoever makes tables. */
export { Column } from 'typeorm/decorator/columns/Column.js';
export { PrimaryColumn } from 'typeorm/decorator/columns/PrimaryColumn.js';
export { Entity } from 'typeorm/decorator/entity/Entity.js';
export { Index } from 'typeorm/decorator/Index.js';
export { getMetadataArgsStorage } from 'typeorm/globals.js';
export { DefaultNamingStrategy } from 'typeorm/naming-strategy/DefaultNamingStrategy.js';
